import {execFileSync} from 'node:child_process';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {Redactor, Secret} from '../../src/text/index.ts';

/** Everything that some program would have to escape. */
const awkward = 'ca"na\'ry $x`y\\z/ü+é&<1>=?';

function masked(text: string, ...secrets: readonly string[]): string {
  const redactor = new Redactor();
  for (const secret of secrets) redactor.add(new Secret('s', secret));
  return redactor.redact(text);
}

const run = (program: string, args: readonly string[], input = ''): string =>
  execFileSync(program, args, {input, env: {PATH: process.env.PATH, LC_ALL: 'C'}, stdio: 'pipe'}).toString();

/** What a program writes of a secret, and nothing else. */
const writers: Readonly<Record<string, (secret: string) => string>> = {
  'base64 of a text around it': (secret) => Buffer.from(`user:${secret}\n`).toString('base64'),
  'base64 of a text around it, one further': (secret) => Buffer.from(`users:${secret}!`).toString('base64'),
  'base64, of which one character is cut off at its end': (secret) =>
    Buffer.from(`${secret}x`).toString('base64'),
  'base64 in lines': (secret) => run('base64', ['-w', '20'], `password: ${secret} and more`),
  'hexadecimal in lines': (secret) => Buffer.from(secret).toString('hex').replaceAll(/.{18}/g, '$&\n'),
  'a path of a URL': (secret) => encodeURI(secret),
  'a form': (secret) => new URLSearchParams({a: secret}).toString(),
  'JSON with escaped slashes': (secret) => JSON.stringify(secret).replaceAll('/', '\\/'),
  'JSON in JSON': (secret) => JSON.stringify(JSON.stringify({secret})),
  'a word of a shell': (secret) => `'${secret.replaceAll("'", "'\\''")}'`,
  'a trace of dash': (secret) => {
    const script = 'exec 2>&1; set -x; : "$0"';
    return run('dash', ['-c', script, secret]);
  },
  'a trace of bash': (secret) => run('bash', ['-c', 'exec 2>&1; set -x; : "$0"', secret]),
  'a trace of mksh': (secret) => run('mksh', ['-c', 'exec 2>&1; set -x; : "$0"', secret]),
  'a trace of busybox': (secret) => run('busybox', ['ash', '-c', 'exec 2>&1; set -x; : "$0"', secret]),
  'a variable as bash declares it': (secret) =>
    run('bash', ['-c', 'LC_ALL=C.UTF-8; x="$0"; declare -p x', secret]),
  HTML: (secret) =>
    secret
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#x27;'),
  YAML: (secret) => `'${secret.replaceAll("'", "''")}'`,
  'JSON of Python': (secret) =>
    run('python3', [
      '-c',
      'import json,sys; print(json.dumps(sys.argv[1].encode("utf-8","surrogateescape").decode()))',
      secret,
    ]),
  'a text of Python': (secret) =>
    run('python3', ['-X', 'utf8', '-c', 'import sys; print(repr(sys.argv[1]))', secret]),
  'a form of Python': (secret) =>
    run('python3', [
      '-X',
      'utf8',
      '-c',
      'import sys,urllib.parse as u; print(u.quote_plus(sys.argv[1]), u.quote(sys.argv[1]))',
      secret,
    ]),
};

describe('a secret is not seen', () => {
  it.each(Object.entries(writers))('as %s', (_name, write) => {
    for (const secret of [awkward, 'canary-one', "it's canary-two"]) {
      const written = write(secret);
      const kept = masked(written, secret);
      expect(kept, written).toContain('‹s›');
      expect(kept).not.toMatch(/na.?.?.?.?.?.?.?.?ry|canary|Y2FuYXJ5|NhbmFyeS|jYW5hcn|63616e617279/);
    }
  });

  it('wherever it begins in what is encoded, and wherever that is cut into lines', () => {
    const bytes = fc.uint8Array({maxLength: 9}).map((list) => Buffer.from(list));
    fc.assert(
      fc.property(bytes, bytes, fc.integer({min: 1, max: 70}), (before, after, width) => {
        const text = Buffer.concat([before, Buffer.from('canary-of-24-characters!'), after]).toString(
          'base64',
        );
        const lines = text.match(new RegExp(`.{1,${width}}`, 'g'))?.join('\n') ?? '';
        const left = masked(lines, 'canary-of-24-characters!').replaceAll(/‹s›|\s/g, '');
        // What is left says nothing but what stands around it.
        expect(left.length).toBeLessThanOrEqual(Math.ceil(((before.length + after.length) * 8) / 6) + 6);
      }),
    );
  });

  it('beside a longer one, that begins alike, and several in one text', () => {
    expect(masked('a canary-12 b canary-1 c canary-123', 'canary-1', 'canary-12')).toBe('a ‹s› b ‹s› c ‹s›3');
  });

  it('of a few signs of many bytes each', () => {
    expect(masked('the 漢字 is', '漢字')).toBe('the ‹s› is');
  });

  it('and what is no secret stays as it is', () => {
    fc.assert(
      fc.property(fc.string({unit: 'grapheme', maxLength: 200}), (text) => {
        expect(masked(text, 'canary-of-24-characters!', awkward)).toBe(text);
      }),
    );
  });
});
