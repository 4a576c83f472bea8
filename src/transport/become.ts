import {quote} from '../shell/index.ts';
import {markPrefix} from './marks.ts';

/** Programs that make one user of another. */
export const becomeMethods = ['sudo', 'su', 'doas'] as const;
export type BecomeMethod = (typeof becomeMethods)[number];

/** How to become another user, where the usual way is not the right one. */
export interface BecomeMeans {
  readonly method?: BecomeMethod;
  /** The program, where it is not found by its name. */
  readonly program?: string;
  /** Its options, before ours. */
  readonly options?: readonly string[];
}

export type Become =
  | {readonly how: 'login'}
  | {
      readonly how: BecomeMethod;
      readonly user: string;
      /** Whether one can be sent. */
      readonly password: boolean;
      readonly program: string;
      readonly options: readonly string[];
      /** The program insists on a terminal. */
      readonly terminal: boolean;
    };

/**
 * The command for an exec channel that runs `script` in `/bin/sh` as a user. The shell is named because the
 * user's own may be `nologin`. The shell says `hello PID` on both streams before `script`: whatever the login
 * shell's profile or sudo wrote before is not ours, and what we send before may be eaten by sudo.
 */
export function shellCommand(nonce: string, become: Become, script: string): string {
  const mark = markPrefix(nonce);
  const hello = `m=${quote(mark)}; echo "\${m}hello $$"; echo "\${m}hello $$" >&2; `;
  const run = quote(hello + script);
  if (become.how === 'login') return forLoginShell(`exec /bin/sh -c ${run}`);
  return forLoginShell(`exec /bin/sh -c ${quote(starter)} sh ${quote(mark)} ${commandOf(mark, become, run)}`);
}

/**
 * Runs its arguments after the first, which is a mark: said before, so that a login shell that runs nothing of ours is
 * told from a sudo that does. Programs are found whatever the user's PATH is.
 */
const starter =
  'PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH; ' +
  'echo "$1"started >&2; shift; exec "$@"';

/** What a login shell, be it fish or csh, may not take as sh does; `'\\''` is a quote to all of them. */
const perilous = /[\n!]|\\(?!'')/;

/**
 * A command as the login shell gets it: as it is where any shell takes it so, else with all that is special as octal
 * numbers for `/bin/sh` to evaluate.
 * @see printf(1), %b
 */
function forLoginShell(command: string): string {
  if (!perilous.test(command)) return command;
  const encoded = [...Buffer.from(command)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[\w ./,:=+@%^*?#~()[\]{}<>|&;-]/.test(character)
        ? character
        : `\\0${byte.toString(8).padStart(3, '0')}`;
    })
    .join('');
  return `exec /bin/sh -c 'eval "$(printf %b "${encoded}")"'`;
}

/**
 * @see sudo(8): -n never asks, -S reads the password from standard input, -p sets the prompt
 * @see su(1): -s the shell, -c the command; busybox knows both. Its prompt is its own: the mark `asking` says that what
 * follows is said by su
 * @see doas(1): -n never asks
 */
function commandOf(mark: string, become: Exclude<Become, {how: 'login'}>, run: string): string {
  const program = [become.program, ...become.options].map(quote).join(' ');
  const user = quote(become.user);
  switch (become.how) {
    case 'sudo': {
      const asking = become.password ? `-S -p ${quote(`${mark}prompt\n`)}` : '-n';
      const command = `${program} ${asking} -u ${user} -- /bin/sh -c ${run}`;
      return become.terminal ? `/bin/sh -c ${quote(inTerminal(command))}` : command;
    }
    case 'su': {
      const command = `${program} -s /bin/sh -c ${run} ${user}`;
      const su = `LC_ALL=C; export LC_ALL; echo ${quote(`${mark}asking`)} >&2; `;
      return `/bin/sh -c ${quote(su + (become.terminal ? inTerminal(command) : `exec ${command}`))}`;
    }
    case 'doas': {
      const quiet = `${program} -n -u ${user} /bin/sh -c`;
      if (!become.password) return `${quiet} ${run}`;
      const script = `if ${quiet} : 2>/dev/null; then exec ${quiet} ${run}; fi
echo ${quote(`${mark}prompt`)} >&2
IFS= read -r vprov_password || exit 1
${typingInTerminal(`${program} -u ${user} /bin/sh -c ${run}`)}`;
      return `/bin/sh -c ${quote(script)}`;
    }
  }
}

/**
 * Runs a command with a terminal, which it may look at, but with our streams: what goes through a terminal is changed
 * on the way, and both outputs become one.
 * @see script(1): -q quiet, -e with the command's exit code, -c the command
 */
function inTerminal(command: string): string {
  return `command -v script >/dev/null || { echo 'a terminal is required, and there is no script(1)' >&2; exit 1; }
exec 3<&0 4>&1 5>&2
SHELL=/bin/sh; export SHELL
exec script -qec ${quote(`${command} <&3 >&4 2>&5 3<&- 4>&- 5>&-`)} /dev/null </dev/null >/dev/null 2>&1`;
}

/**
 * The same, for a program that reads the password from its terminal: `$vprov_password` is typed there as soon as the
 * terminal no longer shows what is typed, which throws away what was typed before.
 */
function typingInTerminal(command: string): string {
  return `for program in script stty tty mkfifo; do
  command -v $program >/dev/null || { echo "a terminal is required, and there is no $program(1)" >&2; exit 1; }
done
exec 3<&0 4>&1 5>&2
SHELL=/bin/sh; export SHELL
vprov_directory=
for place in "\${XDG_RUNTIME_DIR:-/nowhere}" /dev/shm /tmp "$HOME"; do
  vprov_directory=$(mktemp -d "$place/vprov-XXXXXX" 2>/dev/null) && break
done
[ -n "$vprov_directory" ] && mkfifo "$vprov_directory/tty" || { echo 'no place for a pipe' >&2; exit 1; }
export vprov_directory
{
  exec 4>&- 5>&-
  read -r terminal <"$vprov_directory/tty"
  rm -r "$vprov_directory"
  while [ -e "$terminal" ]; do
    case $(stty -a <"$terminal" 2>/dev/null) in *' -echo '*) printf '%s\\n' "$vprov_password"; break ;; esac
    sleep 0.1 2>/dev/null || sleep 1
  done
} | script -qec ${quote(`tty >"$vprov_directory/tty"; exec ${command} <&3 >&4 2>&5 3<&- 4>&- 5>&-`)} /dev/null >/dev/null 2>&1`;
}

/** How a login becomes a user: root needs no sudo, which minimal hosts lack. */
export function becomeFor(
  loginUser: string,
  user: string,
  means: BecomeMeans,
  password: boolean,
  terminal: boolean,
): Become {
  if (user === loginUser) return {how: 'login'};
  const how = means.method ?? (loginUser === 'root' ? 'su' : 'sudo');
  return {
    how,
    user,
    password: password && loginUser !== 'root',
    program: means.program ?? how,
    options: means.options ?? [],
    terminal,
  };
}
