import {settingMeant} from './ssh-setting-table.ts';

/** What arguments of ssh say, as settings of its configuration: `Keyword=value`, the first of a keyword wins. */
export interface SshArguments {
  readonly options: readonly string[];
  /** By `-F`. */
  readonly configFile?: string;
}

/** Options of ssh with a value, by the setting that they are; '' where that is in the value. @see ssh(1) */
const withValue: Readonly<Record<string, string>> = {
  o: '',
  F: '',
  B: 'BindInterface',
  b: 'BindAddress',
  c: 'Ciphers',
  I: 'PKCS11Provider',
  i: 'IdentityFile',
  J: 'ProxyJump',
  l: 'User',
  m: 'MACs',
  p: 'Port',
};

/** Options without one. */
const withoutValue: Readonly<Record<string, string>> = {
  '4': 'AddressFamily=inet',
  '6': 'AddressFamily=inet6',
  C: 'Compression=yes',
  K: 'GSSAPIAuthentication=yes',
};

/** They are ours to decide, and change neither which host is reached nor how: forwarding, a terminal, how much is said. */
const passedOver = 'AakqTtvXxYy';

/**
 * Reads arguments of ssh, as Ansible's `ansible_ssh_common_args` has them.
 * @param text cut into words as by a shell: quotes, backslashes
 */
export function readSshArguments(text: string): SshArguments | {readonly problem: string} {
  const words = wordsOf(text);
  if (!words) return {problem: 'a quote does not end'};
  const read = lettersOf(words);
  if ('problem' in read) return read;
  const bare = read.letters.find(
    ({letter, value}) => letter === 'o' && !/^\s*\w+(?:\s*=\s*|\s+)\S/.test(value),
  );
  if (bare) return {problem: `-o ${bare.value} says no value`};
  for (const {letter, value} of read.letters) {
    const [name = ''] = letter === 'o' ? (/^\s*\w+/.exec(value) ?? []) : [];
    const meant = settingMeant(name.trim());
    if (meant !== undefined) return {problem: `ssh has no setting '${name.trim()}', '${meant}' is meant`};
  }
  const [configFile] = read.letters.flatMap(({letter, value}) => (letter === 'F' ? [value] : []));
  return {
    options: read.letters.flatMap(({letter, value}) => optionOf(letter, value) ?? []),
    ...(configFile === undefined ? {} : {configFile}),
  };
}

/** An option, and what stands behind it; '' where nothing does. */
interface Letter {
  readonly letter: string;
  readonly value: string;
}

/** Takes the words apart: several options may stand in one, the value of the last in it or behind it. */
function lettersOf(
  words: readonly string[],
): {readonly letters: readonly Letter[]} | {readonly problem: string} {
  const letters: Letter[] = [];
  const left = [...words];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    const [, letter = '', rest = ''] = /^-([^-])(.*)$/s.exec(word) ?? [];
    if (letter === '') return {problem: `'${word}' is no option of ssh`};
    if (letter in withoutValue || passedOver.includes(letter)) {
      letters.push({letter, value: ''});
      if (rest !== '') left.unshift(`-${rest}`);
      continue;
    }
    if (!(letter in withValue)) return {problem: `-${letter} is not for vprov to give to ssh`};
    const value = rest === '' ? left.shift() : rest;
    if (value === undefined) return {problem: `nothing stands behind -${letter}`};
    letters.push({letter, value});
  }
  return {letters};
}

function optionOf(letter: string, value: string): string | undefined {
  const keyword = withValue[letter];
  if (keyword === undefined || letter === 'F') return withoutValue[letter];
  return keyword === '' ? value : `${keyword}=${value}`;
}

/** Undefined where a quote does not end. */
function wordsOf(text: string): readonly string[] | undefined {
  const words: string[] = [];
  const pattern = /\s+|((?:[^\s'"\\]|\\.|'[^']*'|"(?:\\.|[^"\\])*")+)/gsy;
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (!match) return undefined;
    const [, word] = match;
    if (word !== undefined) words.push(withoutQuotes(word));
  }
  return words;
}

function withoutQuotes(word: string): string {
  return word.replace(
    /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/gs,
    (_, single?: string, double?: string, escaped?: string) =>
      single ?? double?.replace(/\\(["\\])/g, '$1') ?? escaped ?? '',
  );
}

/** Settings, as words for a command line of ssh. */
export function optionWords(options: readonly string[] | undefined): readonly string[] {
  return options?.flatMap((option) => ['-o', option]) ?? [];
}

/** A value of ssh's configuration with blanks in it. */
export function quotedValue(value: string): string {
  return `"${value.replaceAll('"', '\\"')}"`;
}
