import {createHmac} from 'node:crypto';
import {Secret} from '../../text/index.ts';
import {ArgumentError, defineFunction, type FunctionGroup} from './define.ts';

const defaultCharacters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const defaultLength = 32;
const maxLength = 1024;
const shortestSeed = 16;

export const passwordFunctions: FunctionGroup = {
  title: 'Passwords',
  functions: [
    defineFunction({
      name: 'random_password',
      summary:
        'A password made of a stored seed and a name: the same each time, of no use to guess the seed or another. A secret',
      example: {call: 'random_password "a seed kept secret" "unseal" 8', gives: ''},
      parameters: [
        {name: 'seed', type: 'text'},
        {name: 'name', type: 'text'},
        {name: 'length', type: 'number', optional: true},
        {name: 'characters', type: 'text', optional: true},
      ],
      secrets: 'opened',
      call: ([seed, name, length, characters]) => {
        const wanted = {
          length: Number(length ?? defaultLength),
          characters: [...new Set(String(characters ?? defaultCharacters))],
        };
        if (String(seed).length < shortestSeed) {
          throw new ArgumentError(
            `random_password: a seed has ${shortestSeed} characters at least`,
            'openssl rand -base64 32 makes one; keep it encrypted',
          );
        }
        return new Secret(`password ${name}`, passwordOf(String(seed), String(name), wanted));
      },
    }),
  ],
};

/** Bytes of HMAC-SHA256 in counter mode; those that would favour some characters are left out. */
function passwordOf(
  seed: string,
  name: string,
  {length, characters}: {length: number; characters: readonly string[]},
): string {
  if (!Number.isInteger(length) || length < 1 || length > maxLength) {
    throw new ArgumentError(`random_password: the length is a whole number from 1 to ${maxLength}`);
  }
  if (characters.length < 2 || characters.length > 256) {
    throw new ArgumentError('random_password: it needs 2 to 256 different characters');
  }
  const limit = 256 - (256 % characters.length);
  let password = '';
  let count = 0;
  for (let block = 0; count < length; block++) {
    const bytes = createHmac('sha256', seed).update(`vprov random_password\0${name}\0${block}`).digest();
    for (const byte of bytes) {
      if (byte >= limit || count >= length) continue;
      password += characters[byte % characters.length] ?? '';
      count += 1;
    }
  }
  return password;
}
