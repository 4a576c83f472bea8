import {type Script, sh} from '../shell/index.ts';

/** Programs by which a host can relay bytes between a channel and a TCP address, best first. */
export const relayTools = ['perl', 'bash', 'python3', 'socat', 'nc', 'busybox'] as const;
export type RelayTool = (typeof relayTools)[number];

/** How the script ends when the host has none of the tools that it was told of. */
export const noToolExitCode = 97;

/**
 * How long socat waits for a slow channel to take the rest of what the other side said before it ended. With none it
 * throws away what the pump has not read yet (`-t` in socat(1)).
 */
const socatWaitSeconds = 86_400;

/**
 * A script that connects to an address and then copies bytes both ways between the socket and its own standard
 * streams, until either side ends. It uses the first tool that the host has, and writes the marks `relay TOOL` and
 * then, once there is a connection, `connected` on standard error, with what the shell has in `$m` before them.
 *
 * The end of its input ends it at once, whatever the other side does: a channel that was given up must not keep a
 * process, nor one of the few slots that `MaxSessions` allows. So there is no half-closed connection.
 *
 * `nc` must be able to run a program once it is connected: OpenBSD's is not, and does not end when the other side does.
 *
 * @param timeoutSeconds for the connection to be made
 */
export function relayScript(
  tools: readonly RelayTool[],
  address: string,
  port: number,
  timeoutSeconds: number,
): Script {
  return sh`export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
case \${KSH_VERSION:-} in *MIRBSD*) set -o posix ;; esac
sure=${tools.length === 1 ? 'yes' : ''} pump=${`exec 3<&0 7>&1; m=$vprov_mark; ${pump}`}
use() { echo "\${m}relay $1" >&2; }
has() { command -v "$1" >/dev/null 2>&1; }
keep() { exec 4<&0 5>&1 6>&2; vprov_mark=$m vprov_pump=$pump; export vprov_mark vprov_pump; }
try() {
  case $1 in
  perl)
    has perl && { [ $sure ] || perl -MSocket=getaddrinfo -e 1; } 2>/dev/null || return 0
    use perl; shift; exec perl -e ${perlProgram} -- "$m" "$@" ;;
  bash)
    has bash && { [ $sure ] || bash -c ': 3<>/dev/tcp/127.0.0.1/x' 2>&1 | grep -q -i serv; } || return 0
    use bash; shift; exec bash -c ${bashProgram} bash "$m" "$@" ;;
  python3)
    has python3 && { [ $sure ] || python3 -c 'import socket, threading'; } 2>/dev/null || return 0
    use python3; shift; exec python3 -c ${pythonProgram} "$m" "$@" ;;
  socat)
    has socat || return 0
    use socat; keep; vprov_from=$(exec sh -c 'echo $PPID'); export vprov_from; case $2 in *:*) set -- "$1" "[$2]" "$3" "$4" ;; esac
    exec socat -t ${socatWaitSeconds} "TCP:$2:$3,nodelay,connect-timeout=$4" 'SYSTEM:eval $vprov_pump' </dev/null >/dev/null ;;
  nc | busybox)
    if [ $1 = nc ]; then nc=nc; else nc='busybox nc'; fi
    has $1 || return 0
    case $( { $nc -h; $nc --help; } </dev/null 2>&1 ) in
    *'-e PROG'*) set -- "$1" -w "$4" "$2" "$3" -e /bin/sh -c 'eval $vprov_pump' ;;
    *'-c shell'* | *--sh-exec*) set -- "$1" -w "$4" -c 'eval $vprov_pump' "$2" "$3" ;;
    *) return 0 ;;
    esac
    use $1; keep; shift; exec $nc "$@" </dev/null >/dev/null ;;
  esac
}
for tool in ${tools}; do try "$tool" ${address} ${port} ${timeoutSeconds}; done
exit ${noToolExitCode}`;
}

/**
 * Copies by a shell's means: descriptor 3 reads the socket and 7 writes it, 4 and 5 are the channel's input and
 * output, 6 its standard error; `$m` is the mark. One line without blanks in a row or globs: it is also evaluated
 * from a variable without quotes. What stands between pump and socket, if anything, is
 * `$vprov_from`, and ends with it. The writing side keeps none of the channel's outputs open. Not by `cat`: busybox's
 * calls sendfile(2), which holds the pipe to sshd locked while it waits for the socket, and sshd hangs.
 */
const pump =
  'echo "$m"connected >&6; exec 6>&- 2>/dev/null </dev/null >/dev/null; ' +
  'dd bs=65536 <&3 >&5 4<&- 7>&- & r=$!; { dd bs=65536 <&4 >&7 3<&-; kill $r; } 5>&- & exec 5>&-; wait $r; kill $vprov_from; exit 0';

/**
 * `$1` mark, `$2` address, `$3` port, `$4` seconds. bash waits for a connection as long as the kernel does: hence the
 * watch, which waits by reading a pipe that says nothing: a `sleep` would outlive it.
 */
const bashProgram = `exec 4<&0 5>&1 6>&2 </dev/null >/dev/null
m=$1 me=$$
{ exec 8<> <(:); read -r -t "$4" -u 8 _; kill $me; } 4<&- 5>&- 6>&- 2>/dev/null & watch=$!
exec 3<>"/dev/tcp/$2/$3" || { kill $watch; exit 1; }
exec 7>&3
kill $watch
${pump}`;

const perlProgram = `use strict; use Socket qw(:DEFAULT getaddrinfo IPPROTO_TCP TCP_NODELAY);
my ($m, $host, $port, $seconds) = @ARGV;
my ($s, $why) = (undef, 'no address');
$SIG{ALRM} = sub { print STDERR "no connection within $seconds s\\n"; exit 1 };
$SIG{PIPE} = 'IGNORE';
alarm $seconds;
my ($error, @addresses) = getaddrinfo($host, $port, {socktype => SOCK_STREAM});
$why = "$error" if $error;
for my $one (@addresses) {
  socket(my $try, $one->{family}, $one->{socktype}, $one->{protocol}) or next;
  if (connect($try, $one->{addr})) { $s = $try; last }
  $why = "$!";
}
if (!$s) { print STDERR "$why\\n"; exit 1 }
alarm 0;
setsockopt($s, IPPROTO_TCP, TCP_NODELAY, 1);
syswrite STDERR, $m . "connected\\n";
close STDERR;
sub pump {
  my ($in, $out) = @_;
  while (sysread($in, my $bytes, 65536)) {
    my $sent = 0;
    while ($sent < length $bytes) {
      my $n = syswrite($out, $bytes, length($bytes) - $sent, $sent);
      return unless defined $n;
      $sent += $n;
    }
  }
}
my $reader = $$;
my $writer = fork;
if (!$writer) { close STDOUT; pump(\\*STDIN, $s); kill 'TERM', $reader; exit }
close STDIN;
pump($s, \\*STDOUT);
kill 'TERM', $writer;
waitpid $writer, 0;`;

const pythonProgram = `import os, socket, sys, threading
mark, host, port, seconds = sys.argv[1:5]
try:
    s = socket.create_connection((host, int(port)), float(seconds))
except OSError as error:
    sys.exit(error.strerror or str(error))
s.settimeout(None)
s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
os.write(2, (mark + 'connected\\n').encode())
os.close(2)
def pump(read, write):
    try:
        while True:
            chunk = read(65536)
            if not chunk: break
            write(chunk)
    finally:
        os._exit(0)
def out(chunk):
    while chunk: chunk = chunk[os.write(1, chunk):]
threading.Thread(target=pump, args=(lambda n: os.read(0, n), s.sendall), daemon=True).start()
pump(s.recv, out)`;
