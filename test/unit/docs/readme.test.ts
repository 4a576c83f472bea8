import {existsSync, readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {catalogue} from '../../../src/modules/index.ts';
import {type} from '../cli/console.ts';
import {anchorsOf, linksOf} from './markdown.ts';
import {mistakesOf} from './project.ts';

const pages = ['README.md', 'CHANGELOG.md', ...readdirSync('docs').map((name) => `docs/${name}`)];

const links = pages.flatMap((page) => linksOf(read(page)).map((target) => [page, target] as const));

describe('a link of the documentation', () => {
  it.each(links)('leads somewhere: %s to %s', (page, target) => {
    const [file = '', anchor] = target.split('#');
    const goal = file === '' ? page : path.join(path.dirname(page), file);
    expect(existsSync(goal)).toBe(true);
    if (anchor !== undefined) expect(anchorsOf(read(goal))).toContain(anchor);
  });
});

/** Command lines of ours on a line of their own, what follows two spaces or a # left out. */
const commands = pages.flatMap((page) =>
  [...read(page).matchAll(/^\$? ?vprov ((?:run|validate) .*?)(?: {2,}.*)?$/gm)].map(
    ([, line = '']) => [page, line] as const,
  ),
);

describe('a command of the documentation', () => {
  it.each(commands)('is understood, and its playbook has no mistake: %s vprov %s', async (_page, line) => {
    const {options, stderr} = await type(line, undefined, {cwd: process.cwd()});
    expect(stderr).toBe('');
    if (options === undefined) throw new Error('the engine was not asked');
    // The inventory that `make fleet` writes has the hosts of the one that ships.
    const inventory = options.inventory.filter((file) => !file.startsWith('.fleet/'));
    expect(await mistakesOf({...options, inventory})).toEqual([]);
  });
});

describe('README.md', () => {
  it('names targets that the Makefile has', () => {
    const targets = [...read('README.md').matchAll(/(?:`|\$ |; )make ([a-z-]+)/g)].map(
      ([, target]) => target,
    );
    const known = [...read('Makefile').matchAll(/^([a-z-]+):/gm)].map(([, target]) => target);
    expect(targets.length).toBeGreaterThan(2);
    expect(known).toEqual(expect.arrayContaining(targets));
  });
});

describe('CHANGELOG.md', () => {
  it('lists the modules that there are', () => {
    const [, list = ''] = /^- Modules: ([\s\S]*?)\.$/m.exec(read('CHANGELOG.md')) ?? [];
    expect(list.split(/,\s+/)).toEqual([...catalogue().modules.keys()]);
  });
});

function read(page: string): string {
  return readFileSync(page, 'utf8');
}
