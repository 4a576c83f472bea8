import {readdirSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';
import {describe, expect, it} from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');

/** The fenced block of docs/architecture.md that draws the rooms, one to a line, from the top to the bottom. */
function drawnRooms(): readonly string[] {
  const text = readFileSync(path.join(root, 'docs/architecture.md'), 'utf8');
  const blocks = text.split(/^```.*$/m).filter((_block, index) => index % 2 === 1);
  const drawing = blocks.find((block) => /^src\/main\.ts\b/m.test(block)) ?? '';
  return [...drawing.matchAll(/^src\/([\w-]+)\//gm)].map(([, room = '']) => room);
}

/** The folders of src/ that hold anything; `generated` is made by the build. */
function builtRooms(): readonly string[] {
  return readdirSync(path.join(root, 'src'), {withFileTypes: true})
    .filter((entry) => entry.isDirectory() && entry.name !== 'generated')
    .filter((entry) => readdirSync(path.join(root, 'src', entry.name)).length > 0)
    .map((entry) => entry.name);
}

/** The rooms that dependency-cruiser knows, from the bottom to the top. */
function ruledRooms(): readonly string[] {
  const config: unknown = createRequire(import.meta.url)(path.join(root, '.dependency-cruiser.cjs'));
  const {forbidden} = config as {readonly forbidden: readonly {readonly name: string}[]};
  return forbidden.flatMap(({name}) => /^(\w+)-imports-only-from-below$/.exec(name)?.slice(1) ?? []);
}

describe('the rooms', () => {
  it('are drawn in docs/architecture.md exactly as they stand in src/', () => {
    expect([...drawnRooms()].sort()).toEqual([...builtRooms()].sort());
  });

  it('are drawn in the order that dependency-cruiser enforces', () => {
    const ruled = ruledRooms().filter((room) => drawnRooms().includes(room));
    expect(drawnRooms().length).toBeGreaterThan(5);
    expect(drawnRooms()).toEqual(ruled.reverse());
  });

  it('have one front door each', () => {
    const doors = builtRooms().filter((room) =>
      readdirSync(path.join(root, 'src', room)).includes('index.ts'),
    );
    expect(doors).toEqual(builtRooms());
  });
});
