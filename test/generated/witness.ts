import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';

/** What is looked at besides a folder. */
export interface Named {
  readonly units: readonly string[];
  readonly packages: readonly string[];
  /** Of the kernel. */
  readonly settings: readonly string[];
  /** Of files in /etc/cron.d. */
  readonly names: readonly string[];
}

/** What stands at a path. Modes are octal without leading zeros; of a link, its own mode says nothing. */
export interface Seen {
  readonly type: 'file' | 'directory' | 'link' | 'other';
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  readonly target?: string;
  readonly content?: string;
  /** Of a file: the same for each of its names. */
  readonly inode?: string;
}

/** All that a case may have changed. */
export interface Snapshot {
  readonly paths: ReadonlyMap<string, Seen>;
  /** Lines of /etc/passwd and /etc/group by name, split at the colons. */
  readonly users: ReadonlyMap<string, readonly string[]>;
  readonly groups: ReadonlyMap<string, readonly string[]>;
  /** Names of the units that run. */
  readonly active: ReadonlySet<string>;
  /** By `kind:name`, what the host says of units that are enabled, mounts, packages and settings of the kernel. */
  readonly others: ReadonlyMap<string, string>;
  /** Times of everything as well: equal texts mean that nothing was touched. */
  readonly whole: string;
}

/**
 * Root on a host, by ssh(1) and a shell of its own: it sees what is there without vprov's probes, and without its
 * transport.
 */
export class Witness {
  readonly #shell: ChildProcess;
  #said = '';
  #count = 0;
  #ended = false;
  #onMore: () => void = () => undefined;

  /** @param command words that start a POSIX sh as root, which reads from standard input */
  constructor(command: readonly [string, ...string[]]) {
    const [program, ...args] = command;
    this.#shell = spawn(program, args, {stdio: ['pipe', 'pipe', 'inherit']});
    this.#shell.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#said += text;
      this.#onMore();
    });
    this.#shell.once('close', () => {
      this.#ended = true;
      this.#onMore();
    });
  }

  /** What a script prints. @throws Error when the shell has ended */
  async run(script: string): Promise<string> {
    const end = `\n--end-${this.#count++}--\n`;
    this.#shell.stdin?.write(`(\n${path}\n${script}\n) </dev/null\nprintf '%s' '${end}'\n`);
    while (!this.#said.includes(end)) {
      if (this.#ended) throw new Error(`the witness's shell ended: ${this.#said}`);
      await new Promise<void>((resolve) => {
        this.#onMore = resolve;
      });
    }
    const [answer = '', ...rest] = this.#said.split(end);
    this.#said = rest.join(end);
    return answer;
  }

  /** Everything below a folder, the accounts, what is mounted there, and what else is named. */
  async look(folder: string, {units, packages, settings, names}: Named): Promise<Snapshot> {
    const files = [
      '/etc/fstab',
      '/etc/sysctl.d/90-vprov.conf',
      ...units.map((name) => `/etc/systemd/system/${name}.service`),
      ...names.map((name) => `/etc/cron.d/${name}`),
    ].join(' ');
    const tree = await this.run(
      `/usr/bin/find ${folder} ${files} -printf '%p\\0%y\\0%m\\0%U\\0%G\\0%l\\0%C@ %T@\\0%i\\0' 2>/dev/null`,
    );
    const contents = await this.run(
      `/usr/bin/find ${folder} ${files} -type f -printf '%p\\0' -exec /usr/bin/base64 -w0 {} \\; -printf '\\0' 2>/dev/null`,
    );
    const accounts = await this.run("cat /etc/passwd; echo; echo '--'; cat /etc/group");
    const shown =
      units.length === 0 ? '' : await this.run(`systemctl show -p ActiveState -- ${units.join(' ')}`);
    const crontab = await this.run('crontab -l 2>/dev/null || :');
    const others = await this.run(`
grep -F ' ${folder}/' /proc/self/mountinfo | while read -r _ _ _ root place options rest; do
printf 'mount:%s\\t%s %s %s\\n' "$place" "$root" "$options" "\${rest#*- }"; done
for n in ${packages.join(' ')}; do printf 'package:%s\\t%s\\n' "$n" "$(dpkg-query -W -f '\${db:Status-Abbrev} \${Version}' "$n" 2>/dev/null)"; done
for n in ${settings.join(' ')}; do printf 'sysctl:%s\\t%s\\n' "$n" "$(cat "/proc/sys/$(echo "$n" | tr . /)")"; done
for n in ${units.join(' ')}; do printf 'enabled:%s\\t%s\\n' "$n" "$(find /etc/systemd/system -mindepth 2 -name "$n.service" -type l)"; done`);
    const [passwd = '', group = ''] = accounts.split('--\n');
    const texts = new Map(
      groupsOf(contents, 2).map(([name = '', bytes = '']) => [name, Buffer.from(bytes, 'base64').toString()]),
    );
    const paths = groupsOf(tree, 8).map(
      ([name = '', type = '', mode = '', uid, gid, target = '', _times, inode = '']): [string, Seen] => {
        const content = texts.get(name);
        return [
          name,
          {
            type: types[type] ?? 'other',
            mode: type === 'l' ? '' : mode,
            uid: Number(uid),
            gid: Number(gid),
            ...(type === 'l' ? {target} : {}),
            ...(content === undefined ? {} : {content}),
            ...(type === 'f' ? {inode} : {}),
          },
        ];
      },
    );
    if (crontab !== '')
      paths.push(['crontab:root', {type: 'file', mode: '', uid: 0, gid: 0, content: crontab}]);
    return {
      paths: new Map(paths.sort(([a], [b]) => (a < b ? -1 : 1))),
      users: fieldsOf(passwd),
      groups: fieldsOf(group),
      active: new Set(units.filter((_, index) => shown.split(/\n{2,}/)[index]?.includes('=active'))),
      others: othersOf(others),
      whole: `${groupsOf(tree, 8)
        .map((fields) => fields.join(' '))
        .sort()
        .join('\n')}\n${accounts}${shown}${crontab}${others}`,
    };
  }

  async end(): Promise<void> {
    const closed = once(this.#shell, 'close');
    this.#shell.stdin?.end();
    await closed;
  }
}

/** sudo may have another. */
const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const types: Readonly<Record<string, Seen['type']>> = {f: 'file', d: 'directory', l: 'link'};

/** Fields that each end with a NUL, so many together. */
function groupsOf(text: string, size: number): readonly (readonly string[])[] {
  const fields = text.split('\0').slice(0, -1);
  return Array.from({length: fields.length / size}, (_, index) =>
    fields.slice(index * size, (index + 1) * size),
  );
}

/** Several mounts at one place lie over one another. */
function othersOf(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [name = '', value = ''] = line.split('\t');
    if (value !== '') found.set(name, found.has(name) ? `${found.get(name)}; ${value}` : value);
  }
  return found;
}

function fieldsOf(text: string): ReadonlyMap<string, readonly string[]> {
  const lines = text.split('\n').filter((line) => line.includes(':'));
  return new Map(lines.map((line) => [line.split(':')[0] ?? '', line.split(':')]));
}
