import {type Diagnostic, errorDiagnostic} from '../errors/index.ts';
import {playbookCodes, type Task} from '../playbook/index.ts';
import {placeInScalar} from '../values/index.ts';

/** What Ansible takes out of the text of these modules, and vprov would hand to the command. */
const readers: ReadonlySet<string> = new Set(['command', 'shell', 'script', 'raw']);

/** Not a variable of the shell: that stands at the beginning of a line or command, or behind `export` and the like. */
const inlineArgument =
  /(?<=[^\s;&|({][ \t]+)(?<!\b(?:export|local|env|declare|readonly|do|then|else)[ \t]+)(chdir|creates|removes|executable|stdin)=("[^"]*"|'[^']*'|[^\s;&|)]*)/g;

/** Arguments in the text of a command, as `touch /x creates=/x`: it would be handed a word more. */
export function inlineArguments({module, moduleSource, args}: Task): readonly Diagnostic[] {
  const [first] = args.entries;
  const node = first?.value;
  // Under `cmd` all of it is the command.
  if (!readers.has(module) || first?.keySource !== moduleSource || node?.type !== 'scalar') return [];
  return [...node.text.matchAll(inlineArgument)]
    .filter(({index}) => !isWithinQuotes(node.text, index))
    .map(({0: word, 1: name = '', 2: value = '', index}) => {
      const message = `'${word}' would be a word of the command: it reads no arguments in its text`;
      const hint = `write 'args: {${name}: ${value}}' beside it; where it is meant as a word, give all of the text as 'cmd' below '${module}:'`;
      const source = placeInScalar(node, index, word.length);
      return errorDiagnostic(playbookCodes, 'PLY007', message, {source, hint});
    });
}

function isWithinQuotes(text: string, index: number): boolean {
  const open = text.slice(0, index).replaceAll(/\\.|'[^']*'|"(?:\\.|[^"\\])*"/gs, '');
  return /["']/.test(open);
}
