import {display, type FunctionDocs} from '../src/values/index.ts';

const introduction = `# Functions

<!-- Made by \`npm run docs\` from src/values/functions. -->

Templates and expressions share one table of functions. In a template the arguments follow the name, and a call inside
another is put into parentheses: \`{{ join (sort names) "," }}\`. In an expression it is \`join(sort(names), ",")\`.
Where the second form is missing, expressions have an operator for it. A backslash in a text of a template is a
backslash; in a text of an expression it begins an escape, so that the pattern \`"\\d+"\` of a template is \`"\\\\d+"\` there.

An argument in brackets may be left out; one with dots may be given several times. What a function makes of a secret is
a secret.
`;

/** docs/functions.md. */
export function functionsPage({variables, groups}: FunctionDocs): string {
  const shown = Object.entries(variables).map(
    ([name, value]) => `${name}: ${typeof value === 'string' ? JSON.stringify(value) : display(value)}`,
  );
  const sections = groups.map(({title, functions}) =>
    [`## ${title}\n`, ...functions.map(section)].join('\n'),
  );
  return [
    introduction,
    `The examples are over these variables:\n\n\`\`\`text\n${shown.join('\n')}\n\`\`\`\n`,
    ...sections,
  ].join('\n');
}

type FunctionDoc = FunctionDocs['groups'][number]['functions'][number];

function section({name, summary, parameters, template, expression, gives}: FunctionDoc): string {
  const words = parameters.map((one) => {
    const dotted = one.repeated ? `${one.name}…` : one.name;
    return one.optional ? `[${dotted}]` : dotted;
  });
  const languages = [`{{ ${template} }}`, ...(expression === undefined ? [] : [expression])];
  return `### ${name}

\`${[name, ...words].join(' ')}\`: ${summary}.

\`\`\`text
${languages.join('\n')}
→ ${name === 'fail' ? 'the task fails with these words' : ['random_password', 'secret'].includes(name) ? 'a secret' : JSON.stringify(gives)}
\`\`\`
`;
}
