/**
 * Tries a program on the host, as the user that is to run it, and says in words how it ended. Arguments: the file, its
 * name for people, the user (or nothing), seconds, then what the program is given.
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html, exit status: 126, 127, 128 + signal
 */
const script = `f=$1 name=$2 user=$3 limit=$4
shift 4
chmod 0755 "$f" || exit 1
set -- "$f" "$@"
if [ -z "$user" ] || [ "$(id -un)" = "$user" ]; then :
elif command -v runuser >/dev/null 2>&1; then set -- runuser -u "$user" -- "$@"
else set -- su -s /bin/sh "$user" -c 'exec "$0" "$@"' "$@"
fi
if command -v timeout >/dev/null 2>&1; then set -- timeout "$limit" "$@"; fi
out=$("$@" 2>&1 </dev/null)
code=$?
case $code in
0) exit 0 ;;
132) why="it ended with an illegal instruction (exit code 132): it is built for a newer CPU than $(uname -m)" ;;
126) why="it cannot be executed (exit code 126): it is built for another machine than $(uname -m), or lies on a file system without exec" ;;
127) why="it was not found by the kernel (exit code 127): the loader or a library that it needs is not there" ;;
124) why="it said nothing for $limit s" ;;
137) why="it was killed (exit code 137): is there enough memory?" ;;
*) why="it ended with exit code $code" ;;
esac
echo "$name does not run here: $why; what was there before stays"
[ -z "$out" ] || echo "$out" | head -n 5
exit 1`;

/** The words of a command that approves of a program; \`%s\` stands for its file. */
export function smokeRun(
  name: string,
  user: string | undefined,
  seconds: number,
  args: readonly string[],
): readonly string[] {
  return ['/bin/sh', '-c', script, 'smoke', '%s', name, user ?? '', String(seconds), ...args];
}
