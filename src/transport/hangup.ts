import {sh} from '../shell/index.ts';
import {reveal} from '../text/index.ts';

/**
 * What runs beside a command that has no terminal: sshd hangs up where there is one, and only there. The leader of the
 * command's session is what sshd has started; when that has another parent, the connection has ended, and all of its
 * group is told so. It looks once a second, ends with the command, and does nothing on a host without /proc.
 * @see proc(5), /proc/pid/stat: after the name in parentheses come state, ppid, pgrp, session
 */
const watcher = sh`line=$(printf %b. "$2")
(
  exec </dev/null >/dev/null 2>&1
  trap '' HUP
  read -r stat </proc/$$/stat || exit
  set -- \${stat##*) }
  leader=$4
  look() { read -r stat </proc/$leader/stat && set -- \${stat##*) } && [ "$1" != Z ] && parent=$2; }
  look || exit
  begin=$parent
  while sleep 1 && look; do [ "$parent" = "$begin" ] || exec kill -HUP -- -$leader; done
) &
exec "\${SHELL:-/bin/sh}" -c "\${line%.}"`;

/**
 * A line for the host's login shell that runs `line` in that same shell, and hangs up on it when the connection ends.
 * Login shells do not agree on quotes (fish, tcsh): so both travel as words that need none but the simplest.
 */
export function hungUpLine(line: string): string {
  const [script, wanted] = [reveal(watcher.text), line].map(plainWord);
  return `exec /bin/sh -c 'eval "$(printf %b "$1")"' vprov '${script}' '${wanted}'`;
}

/** For printf's `%b`. */
function plainWord(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[A-Za-z0-9 ._/=-]/.test(character) ? character : `\\0${byte.toString(8).padStart(3, '0')}`;
    })
    .join('');
}
