import type {UnsignedKey} from './refusal.ts';

/** What the log of a login by the system's ssh (LogLevel DEBUG1, locale C) says of keys. */
export interface KeyLog {
  /** What the host was offered. */
  readonly offered: readonly {readonly name: string; readonly fromAgent: boolean}[];
  /** The key that the host would take, and after which neither of them has said more: it is to sign, or has signed. */
  readonly taken: {readonly name: string; readonly fromAgent: boolean} | undefined;
  /** Keys that the host would take, and that could not sign. */
  readonly unsigned: readonly UnsignedKey[];
  /** Files that give no key, each with what ssh says of it. */
  readonly unusable: readonly {readonly file: string; readonly why: string}[];
  /** Files that ssh has passed over in silence: not there (of its own list), or with a passphrase and nobody to ask. */
  readonly silent: readonly string[];
  /** The host has taken one, and wanted more. */
  readonly partial: boolean;
}

/** Whether a line of ssh's is only there because of our level of its log. */
export function isLogged(line: string): boolean {
  return /^(?:debug\d: |Authenticated (?:to|using) |Transferred: |Bytes per second: )/.test(line);
}

/** What a host wrote before its part of the handshake. @see kex.c of OpenSSH */
export function greetingIn(log: string): string {
  const pattern = /^debug1: (?:kex|ssh)_exchange_identification: (?:banner line \d+: )?(.*)$/gm;
  return [...log.matchAll(pattern)].map(([, line = '']) => line.trim()).join('\n');
}

type Key = NonNullable<KeyLog['taken']>;

/** What a line of the log tells of a key. */
type Entry =
  | {readonly type: 'offered' | 'taken'; readonly key: Key}
  | {readonly type: 'trying'; readonly file: string}
  | {readonly type: 'unusable'; readonly file: string; readonly why: string}
  | {readonly type: 'unsigned'; readonly why: string}
  /** The host has answered; or ssh has no more keys. */
  | {readonly type: 'answered' | 'no more'};

/** @see sshconnect2.c of OpenSSH, in whose log these words are since 7.8 */
function entryOf(line: string): Entry | undefined {
  const [, verb, name = '', flags = ''] =
    /^debug1: (Offering public|Server accepts) key: (.*) \S+ SHA256:\S+((?: [a-z]+)*)$/.exec(line) ?? [];
  if (verb !== undefined) {
    const fromAgent = / agent\b/.test(flags);
    const key = {
      name: fromAgent && !name.startsWith('/') ? `ssh-agent's key ${name}` : `the key ${name}`,
      fromAgent,
    };
    return {type: verb === 'Server accepts' ? 'taken' : 'offered', key};
  }
  const [, trying] = /^debug1: Trying private key: (.*)$/.exec(line) ?? [];
  if (trying !== undefined) return {type: 'trying', file: trying};
  const [, file, why] =
    /^Load key "(.*)": (.*)$/.exec(line) ?? /^no such identity: (.*?): (.*)$/.exec(line) ?? [];
  if (file !== undefined && why !== undefined)
    return {
      type: 'unusable',
      file,
      // Readable for all, as public keys are: that is not what is wrong with it.
      why: isPublicHalf(file)
        ? 'it is the public half'
        : why.replace(/^(?:error in libcrypto|invalid format)$/, 'it holds no private key that ssh can read'),
    };
  const [, cannot] = /^sign_and_send_pubkey: (?:signing failed.*: )?(.*)$/.exec(line) ?? [];
  if (cannot !== undefined) return {type: 'unsigned', why: cannot};
  if (/^debug1: (?:No more authentication methods|Next authentication method)/.test(line))
    return {type: 'no more'};
  return /^(?:debug1: Authentications that can continue|Authenticated )/.test(line)
    ? {type: 'answered'}
    : undefined;
}

export function readKeyLog(log: string): KeyLog {
  const [offered, unsigned]: [Key[], UnsignedKey[]] = [[], []];
  const [unusable, silent]: [{file: string; why: string}[], string[]] = [[], []];
  let taken: Key | undefined;
  let trying: string | undefined;
  /** ssh says no more of a key whose passphrase nobody can be asked for. */
  const passOver = (): void => {
    if (trying !== undefined) silent.push(trying);
    if (taken)
      unsigned.push({
        why: `it would take ${taken.name}, which needs a passphrase`,
        hint: addHint(taken.name.replace('the key ', '')),
      });
    taken = trying = undefined;
  };
  for (const line of log.split('\n')) {
    const entry = entryOf(line.trim());
    switch (entry?.type) {
      case 'offered':
        offered.push(entry.key);
        break;
      case 'taken':
        taken = entry.key;
        break;
      case 'trying':
        passOver();
        trying = entry.file;
        break;
      case 'unusable': {
        const {file, why} = entry;
        const hint = mend(file, why);
        if (taken?.name === `the key ${file}`)
          unsigned.push({why: `it would take ${taken.name}, but ssh cannot use that: ${why}`, hint});
        else unusable.push({file, why});
        taken = trying = undefined;
        break;
      }
      case 'unsigned':
        if (taken) unsigned.push({why: `it would take ${taken.name}, but ${entry.why}`});
        taken = undefined;
        break;
      case 'answered':
        if (trying !== undefined) offered.push({name: `the key ${trying}`, fromAgent: false});
        taken = trying = undefined;
        break;
      case 'no more':
        passOver();
        break;
    }
  }
  const partial = /^Authenticated .*partial success/m.test(log);
  return {offered, taken, unsigned, unusable, silent, partial};
}

/** What to do about a file that ssh does not take a key from. */
export function mend(file: string, why: string): string {
  const correct = "correct `private_key_file` in the inventory, or IdentityFile in ssh's configuration";
  if (isPublicHalf(file)) return `${file} holds a public key, not a private one: ${correct}`;
  return /permission/i.test(why) ? `nobody else may read it: chmod 600 ${file}` : correct;
}

/** The public half that the inventory names as the private key, and that the host does not even take as such. */
export function refusedHalf(file: string | undefined, {offered}: KeyLog): readonly UnsignedKey[] {
  const name = `the key ${file}`;
  const isOurs = offered.some((key) => !key.fromAgent && key.name === name);
  return file !== undefined && isPublicHalf(file) && isOurs
    ? [{why: `it does not take ${name}, which is the public half`, hint: mend(file, '')}]
    : [];
}

/** What to do about a key whose passphrase nobody can be asked for. */
export function addHint(file: string): string {
  return `start ssh-agent, and add the key: ssh-add ${file}`;
}

/** Files of private keys are given other names. */
function isPublicHalf(file: string): boolean {
  return file.endsWith('.pub');
}
