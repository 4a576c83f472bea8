import {quote} from '../shell/index.ts';

/** Options that lead to hosts, by their short and long names, and what of their values may be shown. */
const options: readonly {
  readonly names: readonly string[];
  shown(value: string): string | undefined;
}[] = [
  {names: ['-i', '--inventory'], shown: quote},
  {names: ['-e', '--extra-vars'], shown: ofVariables},
  {names: ['--identity'], shown: quote},
  {names: ['--vault-password-file'], shown: quote},
];

/**
 * `-i hosts.ini -e port=2222`: what was typed of the way to hosts, for another command that is to go the same; ''
 * where nothing was. Of variables it is those that say how a host is reached, and no passwords.
 * @param args what was typed behind `vprov`
 */
export function connectionWords(args: readonly string[]): string {
  const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  return options
    .flatMap(({names, shown}) =>
      valuesOf(own, names).flatMap((value) => {
        const word = shown(value);
        return word === undefined ? [] : [`${names[0]} ${word}`];
      }),
    )
    .join(' ');
}

function valuesOf(args: readonly string[], names: readonly string[]): readonly string[] {
  return args.flatMap((word, index) => {
    if (names.includes(word)) return args[index + 1] ?? [];
    for (const name of names) {
      const isLong = name.startsWith('--');
      if (word.startsWith(isLong ? `${name}=` : name) && (isLong || !word.startsWith('--')))
        return word.slice(name.length).replace(/^=/, '');
    }
    return [];
  });
}

/** What `-e` was given, without what is no matter of the way to hosts; undefined where nothing is left. */
function ofVariables(value: string): string | undefined {
  if (value.startsWith('@')) return quote(value);
  if (value.trimStart().startsWith('{')) return ofObject(value);
  const at = value.indexOf('=');
  const name = value.slice(0, Math.max(0, at)).trim();
  return isConnectionName(name) ? `${name}=${quote(value.slice(at + 1))}` : undefined;
}

function ofObject(text: string): string | undefined {
  try {
    const given = Object.entries(JSON.parse(text) as object).filter(([name]) => isConnectionName(name));
    return given.length === 0 ? undefined : quote(JSON.stringify(Object.fromEntries(given)));
  } catch {
    // No JSON: what stands in it is not known, and may be a password.
    return undefined;
  }
}

/** The inventory's own list says more, and is not loaded for the sake of a hint. */
const ownNames =
  /^(?:host|port|user|(?:private_key|known_hosts|ssh_config)_file|proxy_jump|ssh_(?:common_|extra_)?args|transport|timeout)$/;
const ansibleNames =
  /^ansible_(?:(?:ssh_)?(?:host|port|user|private_key_file|timeout)|connection|ssh_(?:common_|extra_)?args)$/;

/** Whether a variable says how a host is reached, and holds no password. */
export function isConnectionName(name: string): boolean {
  return ownNames.test(name) || ansibleNames.test(name);
}

/** A hint whose commands of ours find the hosts that the hint is about, in the way that was typed. */
export function withWords(hint: string, words: string): string {
  return words === ''
    ? hint
    : hint.replace(/\bvprov (trust|ssh) /g, (_, command: string) => `vprov ${command} ${words} `);
}
