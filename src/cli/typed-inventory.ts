import {quote} from '../shell/index.ts';

/** `-i hosts.ini`, as it was typed; '' where the inventory was not named. @param args what was typed behind `vprov` */
export function typedInventory(args: readonly string[]): string {
  const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  const files = own.flatMap((word, index) => {
    if (word === '-i' || word === '--inventory') return own[index + 1] ?? [];
    return /^(?:-i=?|--inventory=)(.+)$/.exec(word)?.[1] ?? [];
  });
  return files.map((file) => `-i ${quote(file)}`).join(' ');
}

/** A hint whose commands of ours find the hosts that the hint is about: with the inventory that was typed. */
export function withInventory(hint: string, inventory: string): string {
  return inventory === '' ? hint : hint.replace(/\bvprov (trust|ssh) /g, `vprov $1 ${inventory} `);
}
