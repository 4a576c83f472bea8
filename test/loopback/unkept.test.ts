import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {Bench, type Play, shell, textOf} from './engine.ts';
import {type Ring, shells, startRing} from './ring.ts';

describe.each(shells)('what cannot be kept on a host whose /bin/sh is %s', (name) => {
  let ring: Ring;
  let bench: Bench;

  beforeAll(async () => {
    ring = await startRing({shell: name});
    bench = new Bench({wallpi: ring});
  });

  afterAll(async () => {
    bench?.remove();
    await ring?.stop();
  });

  const file = (): string => path.join(ring.directory, 'home-pi', 'a');
  const copy = (content: string): Play => ({name: content, copy: {content, dest: file()}});

  it('is told once, and changed all the same: the disk may be full, and the change make room', async () => {
    writeFileSync(file(), 'old\n');
    const full =
      'mount -t tmpfs -o size=16k tmpfs /var/lib; dd if=/dev/zero of=/var/lib/full bs=4k 2>/dev/null';
    const records = {records: path.join(bench.directory, '.vprov', 'runs')};
    const ran = await bench.run(
      {tasks: [shell('full', `${full} || :`), copy('one\n'), copy('two\n')]},
      records,
    );
    expect(ran.statuses).toEqual(['full: changed', 'one\n: changed', 'two\n: changed']);
    expect(ran.notes).toEqual([
      expect.stringMatching(
        /^wallpi: root can keep nothing, or not all, in \/var\/lib\/vprov\/backup .*full/,
      ),
    ]);
    expect(textOf(file())).toBe('two\n');
  });

  it('is not told where all can be kept', async () => {
    writeFileSync(file(), 'old\n');
    const ran = await bench.run({tasks: [shell('room', 'umount /var/lib'), copy('one\n')]});
    expect([ran.statuses.at(-1), ran.notes]).toEqual(['one\n: changed', []]);
  });
});
