import {readdirSync, readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {entryOf, type Node, parseYaml} from '../../../src/source/index.ts';
import {type Fence, fencesOf} from './markdown.ts';
import {mistakesOfProject} from './project.ts';

// What stands in the documentation as YAML is loaded, validated, and rendered as far as that needs no host: by the
// program itself. An inventory that a page shows is the one of its plays.

const fallback = 'web: {hosts: {wallpi: }}\nvault_servers: {hosts: {sense: }}\nattic: {hosts: {atticpi: }}\n';

const pages = ['README.md', 'CHANGELOG.md', ...readdirSync('docs').map((name) => `docs/${name}`)];

for (const page of pages) {
  const examples = fencesOf(readFileSync(page, 'utf8')).filter(({language}) => language === 'yaml');
  if (examples.length === 0) continue;
  const inventory = examples.find(isInventory)?.text ?? fallback;
  describe(`the YAML in ${page}`, () => {
    it.each(examples.map((example) => [`line ${example.line}`, example] as const))(
      'has no mistake at %s',
      async (_title, example) => {
        const files = {
          'inventory/hosts.yml': inventory,
          'site.yml': playbookOf(example),
          ...localFiles(example),
        };
        expect(await mistakesOfProject(files)).toEqual([]);
      },
    );
  });
}

function isInventory({text}: Fence): boolean {
  return !text.startsWith('-') && /^ +hosts:/m.test(text);
}

/** Plays as they are; tasks as those of a play; of anything else nothing but that it is an inventory. */
function playbookOf(example: Fence): string {
  if (isInventory(example)) return '- hosts: all\n  tasks: []\n';
  if (!example.text.startsWith('- ')) throw new Error(`line ${example.line} is neither plays nor tasks`);
  if (/^(- | {2})hosts:/m.test(example.text)) return example.text;
  return `- hosts: all\n  tasks:\n${example.text.replace(/^(?=.)/gm, '    ')}`;
}

/** The files that the tasks of an example take from beside the playbook. */
function localFiles({text}: Fence): Readonly<Record<string, string>> {
  const {node} = parseYaml(text, 'example');
  const tasks = node?.type === 'list' ? node.items : [];
  const named = Object.fromEntries(tasks.flatMap(includedBy).map((file) => [file, '']));
  const sources = [...tasks.flatMap(sourceOf), ...tasks.flatMap(scriptOf)];
  return {...Object.fromEntries(sources.map((file) => [file, 'Welcome\n'])), ...named};
}

/** The script of a task: the first word of its command. */
function scriptOf(task: Node): readonly string[] {
  const args = task.type === 'map' ? entryOf(task, 'script')?.value : undefined;
  const command = args?.type === 'map' ? entryOf(args, 'cmd')?.value : args;
  return command?.type === 'scalar' ? [command.text.split(' ')[0] ?? ''] : [];
}

/** The files that includes name, empty ones. */
function includedBy(task: Node): readonly string[] {
  return ['include_tasks', 'include_vars', 'include_role'].flatMap((module) => {
    const args = task.type === 'map' ? entryOf(task, module)?.value : undefined;
    const text = (key: string): string | undefined => {
      const node = args?.type === 'map' ? entryOf(args, key)?.value : key === 'file' ? args : undefined;
      return node?.type === 'scalar' ? node.text : undefined;
    };
    if (module !== 'include_role') return text('file') ?? [];
    const role = text('name');
    const from = text('tasks_from') ?? 'main';
    return role === undefined ? [] : [`roles/${role}/tasks/${from}.yml`];
  });
}

function sourceOf(task: Node): readonly string[] {
  if (task.type !== 'map') return [];
  return ['copy', 'template', 'vault_config'].flatMap((module) => {
    const args = entryOf(task, module)?.value;
    const source = args?.type === 'map' ? entryOf(args, 'src')?.value : undefined;
    return source?.type === 'scalar' ? [`${module === 'copy' ? 'files' : 'templates'}/${source.text}`] : [];
  });
}
