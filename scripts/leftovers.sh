# shellcheck shell=bash
# Sourced by test.sh: what a test run may leave behind, and how it is found again.
#
# Everything that the rings start has their TMPDIR in its environment or among its arguments. (Both are looked at:
# an sshd overwrites its environment.) A run that was killed is found by it as well as one that ends.

# end_processes_of DIR: ends every process that was started with DIR as its TMPDIR. This shell was not.
end_processes_of() {
  local file pid
  { grep -lsF "$1" /proc/[0-9]*/environ /proc/[0-9]*/cmdline || true; } | while read -r file; do
    pid="${file#/proc/}"
    kill -KILL "${pid%%/*}" 2>/dev/null || true
  done
}

# remove_test_fleet DIR: those of all workers. Its directory is the first thing that a fleet makes, and the last that goes.
remove_test_fleet() {
  ! compgen -G '.fleet-test*' >/dev/null || TMPDIR="$1" FLEET='test' node_modules/.bin/tsx test/fleet/main.ts down
}
