import type {Fleet} from './fleet.ts';

/** In every form in which somebody could have it: as it is, what it encodes as base64, hex, URL; and that within a longer text. */
export function formsOf(secret: string): readonly string[] {
  const raw = Buffer.from(secret);
  const meant = /^[A-Za-z0-9+/]+=*$/.test(secret) ? [raw, Buffer.from(secret, 'base64')] : [raw];
  const forms = meant.flatMap((bytes) => [
    ...[0, 1, 2].flatMap((shift) => amid(bytes, shift)),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
  ]);
  return [...new Set([secret, encodeURIComponent(secret), ...forms])].filter((form) => form.length > 12);
}

/** What stands in base64 whatever comes before and after, in both alphabets. */
function amid(bytes: Buffer, shift: number): readonly string[] {
  const text = Buffer.concat([Buffer.alloc(shift), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  // The first characters hold bits of what comes before, the last one perhaps of what comes after.
  const certain = text.slice(shift === 0 ? 0 : shift + 1, -1);
  return [certain, certain.replaceAll('+', '-').replaceAll('/', '_')];
}

/** Commands and environments of all processes, as they were seen every 50 ms. */
export interface Watching {
  /** Where on each host what was seen is. */
  readonly file: string;
  stop(): Promise<void>;
}

const watched = '/var/tmp/canary-processes';

/** Looks at the processes of each host until it is stopped. A look costs a fork. */
export async function watchProcesses(fleet: Fleet): Promise<Watching> {
  const each = (script: string): Promise<unknown> =>
    Promise.all(fleet.hosts.map(({name}) => fleet.read(name, script)));
  await each(`touch ${watched}.go
setsid sh -c 'while [ -e ${watched}.go ]; do cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ; echo; sleep 0.05; done 2>/dev/null |
  tr "\\0" "\\n" | awk "!seen[\\$0]++" >${watched}; touch ${watched}.end' >/dev/null 2>&1 </dev/null &`);
  return {
    file: watched,
    async stop() {
      await each(`rm ${watched}.go; until [ -e ${watched}.end ]; do sleep 0.05; done; rm ${watched}.end`);
    },
  };
}

/**
 * Where on a host one of these texts stands: files, by their names, and `journal`.
 * @param except files that are not looked into
 */
export async function placesOf(
  fleet: Fleet,
  host: string,
  texts: readonly string[],
  except: readonly string[] = [],
): Promise<readonly string[]> {
  // An empty line is in every file.
  if (texts.length === 0 || texts.includes('')) throw new Error('there is nothing to look for');
  const found = await fleet.read(
    host,
    `umask 077; cat >/run/canaries <<'END'
${texts.join('\n')}
END
journalctl --no-pager -o export | grep -qaFf /run/canaries && echo journal
grep -rlaFf /run/canaries --exclude-dir=proc --exclude-dir=sys --exclude=canaries / 2>/dev/null
rm /run/canaries`,
  );
  return found
    .split('\n')
    .filter((place) => place !== '' && !except.includes(place))
    .toSorted();
}
