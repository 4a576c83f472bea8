import {spawnSync} from 'node:child_process';
import fc from 'fast-check';
import {expect, it} from 'vitest';
import {parseYaml} from '../../src/source/index.ts';
import {reveal, Secret} from '../../src/text/index.ts';
import {asText, createScope, layerOfData, render, type Value} from '../../src/values/index.ts';

/** The shells that a host may have as its sh. */
const shells: readonly (readonly [name: string, command: readonly [string, ...string[]]])[] = [
  ['dash', ['dash']],
  ['bash as sh', ['bash', '--posix']],
  ["busybox's ash", ['busybox', 'ash']],
  ['mksh', ['mksh']],
];

const {node: template} = parseYaml("'{{ quote x }}'", 'quoting.yml');

function quoted(value: Value): string {
  if (!template) throw new Error('the template was not read');
  const text = asText(render(template, createScope([layerOfData({x: value}, 'x')])));
  return reveal(text ?? []);
}

/** Bytes, one character each; shells and quoting know no larger ones. */
const awkward = [
  ...`'"\\\n\r\t $\`!*?[]{}()<>|&;#~=%^,-+@:`,
  '\u0001',
  '\u007f',
  '\u0080',
  '\u0081',
  '\u0088',
  '\u00ff',
];
const words = fc.array(
  fc.oneof(
    fc.array(fc.constantFrom(...awkward)).map((list) => list.join('')),
    fc.uint8Array({min: 1, maxLength: 40}).map((bytes) => Buffer.from(bytes).toString('latin1')),
    fc.constantFrom('', '-n', '--', '~root', '$(reboot)', '`reboot`', 'a=b', '!!', "'\\''", '\\', '\n'),
  ),
  {minLength: 40, maxLength: 60},
);

it.each(shells)(
  '%s reads any bytes but NUL from what quote wrote, secret or not',
  (_name, [program, ...args]) => {
    fc.assert(
      fc.property(words, fc.boolean(), (list, secret) => {
        const script = list.map((word) => quoted(secret ? new Secret('s', word) : word)).join(' ');
        const {stdout, stderr, status} = spawnSync(program, args, {
          input: Buffer.from(`printf '%s\\0' ${script}\n`, 'latin1'),
          env: {PATH: process.env.PATH, LC_ALL: 'C'},
        });
        expect(stderr.toString('latin1')).toBe('');
        expect(status).toBe(0);
        expect(stdout.toString('latin1').split('\0').slice(0, -1)).toEqual(list);
      }),
      {numRuns: 40},
    );
  },
);
