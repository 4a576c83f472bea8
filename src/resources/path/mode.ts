const octal = /^(?:0o?)?([0-7]{3,4})$/;
const clause = /^([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]))+)$/;

/** Whether a text is a mode: octal digits, or clauses as of chmod(1). */
export function isMode(text: string): boolean {
  return octal.test(text) || text.split(',').every((part) => clause.test(part));
}

/**
 * A mode as four octal digits. Symbolic modes start from what is there, and know no umask: `+x` means `a+x`.
 * @param existing four octal digits that symbolic clauses change
 * @throws RangeError when it is no mode
 * @see chmod(1), POSIX.1-2017 "chmod", Extended Description
 */
export function resolveMode(text: string, existing: string, isDirectory: boolean): string {
  const digits = octal.exec(text)?.[1];
  if (digits !== undefined) return digits.padStart(4, '0');
  let bits = Number.parseInt(existing, 8);
  for (const part of text.split(',')) {
    const [, who, actions] = clause.exec(part) ?? [];
    if (who === undefined || actions === undefined) throw new RangeError(`'${text}' is not a mode`);
    for (const [, operator = '=', letters = ''] of actions.matchAll(/([-+=])([rwxXstugo]*)/g)) {
      bits = applied(bits, who === '' ? 'ugo' : who.replaceAll('a', 'ugo'), operator, letters, isDirectory);
    }
  }
  return bits.toString(8).padStart(4, '0');
}

const shifts = {u: 6, g: 3, o: 0} as const;
const specials = {u: 0o4000, g: 0o2000, o: 0} as const;

function applied(bits: number, who: string, operator: string, letters: string, isDirectory: boolean): number {
  const anyExecutable = (bits & 0o111) !== 0;
  let named = 0;
  let all = 0;
  for (const user of ['u', 'g', 'o'] as const) {
    if (!who.includes(user)) continue;
    named |= permissionsOf(bits, letters, isDirectory || anyExecutable) << shifts[user];
    if (letters.includes('s')) named |= specials[user];
    // `=` leaves setuid and setgid of a directory alone, as chmod(1) does, unless they are named.
    all |= (0o7 << shifts[user]) | (isDirectory ? 0 : specials[user]);
  }
  if (letters.includes('t')) named |= 0o1000;
  if (operator === '+') return bits | named;
  if (operator === '-') return bits & ~named;
  if (who === 'ugo' && !isDirectory) all |= 0o1000;
  return (bits & ~all) | named;
}

function permissionsOf(bits: number, letters: string, mayExecute: boolean): number {
  let permissions = 0;
  for (const letter of letters) {
    if (letter === 'r') permissions |= 4;
    if (letter === 'w') permissions |= 2;
    if (letter === 'x' || (letter === 'X' && mayExecute)) permissions |= 1;
    if (letter === 'u' || letter === 'g' || letter === 'o') permissions |= (bits >> shifts[letter]) & 7;
  }
  return permissions;
}
