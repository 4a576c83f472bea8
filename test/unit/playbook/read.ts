import {join, relative} from 'node:path';
import {type KnownModule, loadPlaybook, type Play} from '../../../src/playbook/index.ts';
import {makeProject} from '../inventory/project.ts';

export const modules: ReadonlyMap<string, KnownModule> = new Map<string, KnownModule>([
  ['command', {shorthand: 'cmd', arguments: ['cmd', 'argv', 'creates', 'chdir']}],
  ['copy', {arguments: ['src', 'dest', 'content', 'owner', 'mode']}],
  ['template', {arguments: ['src', 'dest', 'owner', 'mode']}],
  ['systemd', {arguments: ['name', 'state', 'enabled']}],
  ['debug', {shorthand: 'msg', arguments: ['msg', 'var']}],
  ['include_role', {arguments: ['name', 'tasks_from', 'public', 'apply']}],
  ['include_vars', {shorthand: 'file', arguments: ['file', 'name']}],
  ['include_tasks', {shorthand: 'file', arguments: ['file', 'apply']}],
  ['meta', {shorthand: 'action', arguments: ['action']}],
]);

/** Loads `playbooks/p.yml` of a project with these files; places are relative to the project. */
export function read(files: Readonly<Record<string, string>>) {
  const directory = makeProject(files);
  const {playbook, diagnostics} = loadPlaybook(join(directory, 'playbooks/p.yml'), modules);
  return {
    directory,
    playbook,
    diagnostics: diagnostics.map(({code, message, source, hint}) => ({
      code,
      at: source && `${relative(join(directory, 'playbooks'), source.file)}:${source.line}:${source.column}`,
      message,
      hint: hint?.replaceAll(`${directory}/`, ''),
    })),
  };
}

/** The one play of a playbook without mistakes. */
export function readPlay(text: string, files: Readonly<Record<string, string>> = {}): Play {
  const {playbook, diagnostics} = read({'playbooks/p.yml': text, ...files});
  const play = playbook?.plays[0];
  if (diagnostics.length > 0 || play === undefined)
    throw new Error(JSON.stringify(diagnostics, undefined, 2));
  return play;
}
