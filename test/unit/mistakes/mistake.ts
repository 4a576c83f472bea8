/**
 * A mistake that somebody makes, as data: the files of a small project, in which ⟦ ⟧ stand around the token that the
 * one diagnostic must point at (⟦⟧: the end of a text), and what it must say. A mistake of an option has no place.
 */
export interface Mistake {
  readonly name: string;
  /** A task, or several, at no indentation: put below `tasks:` of a play for all hosts. */
  readonly task?: string;
  /** Files by path, beside or instead of those of the project that is otherwise right. */
  readonly files?: Readonly<Record<string, string>>;
  readonly limit?: string;
  readonly extraVars?: readonly string[];
  /** Other files than the project's. */
  readonly inventory?: readonly string[];
  readonly code: string;
  readonly says: RegExp;
  readonly hint: RegExp;
  readonly severity?: 'warning';
  /** Not found yet. */
  readonly open?: true;
  /** What others are said to lack may come from it: beside it they are not told. */
  readonly excuses?: true;
}

/** A project without mistakes; a mistake puts its own files over these. */
export const soundProject = {
  'inventory/hosts.yml': `all:
  children:
    pis:
      hosts:
        wallpi: {host: 192.0.2.1}
        frontpi: {host: 192.0.2.2}
`,
  'group_vars/pis.yml': `port: 8200
release: 1.20.0
names: [a, b]
settings: {level: info, members: [a, b]}
empty: null
greeting: 'hello {{ inventory_hostname }}'
`,
  'templates/motd.hbs': 'Welcome to {{ inventory_hostname }}\n',
  'site.yml': playbook('- debug: {msg: fine}'),
} as const;

/** A play for all hosts with these tasks. */
export function playbook(tasks: string, more = ''): string {
  const indented = tasks.trimEnd().replace(/^(?=.)/gm, '    ');
  return `- hosts: pis\n${more}  tasks:\n${indented}\n`;
}

/** All files of a mistake's project, marks included. */
export function filesOf(mistake: Pick<Mistake, 'task' | 'files'>): Readonly<Record<string, string>> {
  const {task, files} = mistake;
  return {...soundProject, ...(task === undefined ? {} : {'site.yml': playbook(task)}), ...files};
}

export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** The places of the marks, and the text without them. */
export function unmark(
  file: string,
  marked: string,
): {readonly text: string; readonly places: readonly Place[]} {
  const places: Place[] = [];
  let text = '';
  for (const [index, piece] of marked.split('⟦').entries()) {
    if (index === 0) {
      text = piece;
      continue;
    }
    const [token = '', rest] = piece.split('⟧');
    if (rest === undefined) throw new Error(`${file}: ⟦ without ⟧`);
    const before = text.split('\n');
    const line = before.length;
    places.push({file, line, column: (before.at(-1) ?? '').length + 1, length: token.length || 1});
    text += token + rest;
  }
  return {text, places};
}
