import {codeTables} from '../src/cli/code-tables.ts';

const head = `# Error codes

<!-- Made by \`npm run docs\` from the tables in src/*/codes.ts. Do not edit. -->

Every mistake that vprov finds has a code, in brackets behind its message. \`vprov explain CODE\` says the same as this
page. A code keeps its meaning; numbers are not used again.
`;

/** The page docs/errors.md. */
export function errorsPage(): string {
  const parts = codeTables.map(([about, table]) => {
    const rows = Object.entries(table).map(
      ([code, {title, explanation}]) => `### ${code}: ${title}\n\n${explanation}\n`,
    );
    return `## ${about}\n\n${rows.join('\n')}`;
  });
  return [head, ...parts].join('\n');
}
