/**
 * Tries a program on the host, as the user that is to run it, and says in words how it ended. Arguments: the file, its
 * name for people, the user (or nothing), seconds, then what the program is given.
 *
 * What the kernel refuses (ENOEXEC), execvp(3), dash and busybox's ash read as a shell script, whatever it is: so a file
 * for a machine other than that of the host's own shell is left to bash, which does not, or is not started.
 *
 * The program has a session of its own, so that all that it started ends with it. Of what it says, 64 KiB are kept, and
 * the rest is read all the same: a pipe that nobody reads would end it. Whoever else holds that pipe is not waited for,
 * but for 2 s, and that only where what was said is told.
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html, exit status: 126, 127, 128 + signal
 * @see elf(5), e_ident and e_machine
 */
const script = `f=$1 name=$2 user=$3 limit=$4
shift 4
chmod 0755 "$f" || exit 1
machine() { od -A n -t x1 -N 20 "$1" | tr -d ' \\n' | cut -c 1-12,37-40; }
foreign=
case $(machine "$f") in
2321*|"$(machine /bin/sh)") set -- "$f" "$@" ;;
*) foreign=yes; set -- bash -c 'exec "$0" "$@"' "$f" "$@" ;;
esac
if [ -z "$user" ] || [ "$(id -un)" = "$user" ]; then :
elif command -v runuser >/dev/null 2>&1; then set -- runuser -u "$user" -- "$@"
else set -- su -s /bin/sh "$user" -c 'exec "$0" "$@"' "$@"
fi
place=$(mktemp -d) || exit 1
said=$place/said
: >"$said"
mkfifo "$place/pipe" || exit 1
program= watch= reader= patience=
end() { exec 2>/dev/null; for one in $program $watch $reader $patience; do kill -KILL "-$one" "$one"; done; rm -rf "$place"; }
trap end EXIT
trap 'exit 1' HUP INT TERM
if [ "$foreign" ] && ! command -v bash >/dev/null 2>&1; then code=126
else
setsid /bin/sh -c 'head -c 65536 >"$1"; cat >/dev/null' read "$said" <"$place/pipe" 2>/dev/null &
reader=$!
setsid "$@" >"$place/pipe" 2>&1 </dev/null &
program=$!
setsid /bin/sh -c 'sleep "$1"; : >"$3/late"; kill -TERM "-$2"; sleep 2; kill -KILL "-$2"' \\
  watch "$limit" "$program" "$place" >/dev/null 2>&1 </dev/null &
watch=$!
{ wait "$program"; } 2>/dev/null
code=$?
if [ -e "$place/late" ]; then code=124; fi
if [ "$code" != 0 ]; then
  { kill -KILL "-$program"; } 2>/dev/null
  setsid /bin/sh -c 'sleep 2; kill -KILL "-$1"' patience "$reader" >/dev/null 2>&1 </dev/null &
  patience=$!
  { wait "$reader"; } 2>/dev/null
fi
fi
# runuser ends with 1 where there is no exec, which busybox's test does not see.
if [ "$code" != 0 ]; then
  if [ ! -x "$f" ]; then code=126
  else case $(head -n 1 "$said") in
  "runuser: failed to execute $f: No such file"*) code=127 ;;
  "runuser: failed to execute $f: "*) code=126 ;;
  esac
  fi
fi
case $code in
0) exit 0 ;;
132) why="it ended with an illegal instruction (exit code 132): it is built for a newer CPU than $(uname -m)" ;;
126) why="it cannot be executed (exit code 126): it "
  if [ "$foreign" ]; then why="\${why}is built for another machine than $(uname -m)"
  else why="\${why}lies on a file system without exec\${user:+, or in a folder that $user may not enter}"
  fi ;;
127) why="it was not found by the kernel (exit code 127): the loader, the interpreter or a library that it needs is not there" ;;
124) why="it did not end within $limit s" ;;
137) why="it was killed (exit code 137): is there enough memory?" ;;
*) why="it ended with exit code $code" ;;
esac
echo "$name does not run here: $why; what was there before stays"
head -n 5 "$said"
# A version that does not run leaves no folder behind; one that holds anything else stays.
rm -f "$f"
rmdir "\${f%/*}" 2>/dev/null
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
