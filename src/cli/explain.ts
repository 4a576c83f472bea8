import type {Command} from 'commander';
import {didYouMean} from '../errors/index.ts';
import type {Terminal} from './terminal.ts';

const examples = `
Examples:
  vprov explain VAL001   what it means that a name is not defined
  vprov explain          all codes
`;

/** `vprov explain [CODE…]`. @param finish receives the exit code */
export function addExplainCommand(
  program: Command,
  terminal: Terminal,
  finish: (exitCode: number) => void,
): void {
  program
    .command('explain')
    .description('Say what an error code means')
    .argument('[codes...]', 'codes, as they stand in brackets behind a message')
    .addHelpText('after', examples)
    .action(async (codes: readonly string[]) => {
      const {codeTables} = await import('./code-tables.ts');
      const entries = new Map(codeTables.flatMap(([, table]) => Object.entries(table)));
      if (codes.length === 0) {
        for (const [code, {title}] of entries) terminal.stdout.write(`${code}  ${title}\n`);
        return;
      }
      for (const [index, typed] of codes.entries()) {
        const code = typed.toUpperCase().replace(/[^A-Z0-9]/g, '');
        const entry = entries.get(code);
        if (entry === undefined) {
          const hint = didYouMean(code, entries.keys()) ?? 'all codes: vprov explain';
          terminal.stderr.write(`error: there is no code '${typed}'\n  hint: ${hint}\n`);
          finish(1);
          continue;
        }
        const {title, explanation} = entry;
        const width = Math.min(terminal.stdout.columns ?? 80, 100);
        const text = filled(explanation, width).join('\n');
        terminal.stdout.write(`${index === 0 ? '' : '\n'}${code}: ${title}\n\n${text}\n`);
      }
    });
}

/** Lines of whole words. */
function filled(text: string, columns: number): readonly string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last === '') lines[lines.length - 1] = word;
    else if (last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
