#!/usr/bin/env bash
# Makes sure of everything that a make target needs, and installs what is missing.
#
#   setup.sh build   Node and the project's packages
#   setup.sh fleet   also a container engine, what makes the hosts' images and the release mirror
#   setup.sh test    also what the tests run against: sshd, shells
#   setup.sh arm     the same as fleet, and what emulates boards: QEMU, Go
#   setup.sh nodes   also the other Nodes that CI tries
#
# Lists what it would install and asks first, unless YES=1 or CI is set. With nothing missing it is silent.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/env.sh
. scripts/env.sh
# shellcheck source=scripts/needs.sh
. scripts/needs.sh

purpose="${1:-build}"
# npm would leave its compiled code in /tmp.
export NODE_DISABLE_COMPILE_CACHE=1
say() { printf 'set-up: %s\n' "$*" >&2; }

# On Debian as root we can install; elsewhere we can only say what is missing.
can_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

ask() {
  local answer=''
  [ -z "${YES:-}${CI:-}" ] || return 0
  if ! { printf 'Install them? [y/N] ' >/dev/tty && read -r answer </dev/tty; } 2>/dev/null; then
    say 'nobody to ask here: set YES=1 to install them'
    exit 1
  fi
  case "$answer" in
    y | Y | yes) ;;
    *)
      say 'nothing was installed'
      exit 1
      ;;
  esac
}

# A package that brings a daemon starts it, which nobody asked for. Debian's own switch for that is
# policy-rc.d. Docker may start where systemd looks after it.
install_debian_packages() {
  local policy=/usr/sbin/policy-rc.d ours='' had_sshd=''
  [ -x /usr/sbin/sshd ] && had_sshd=1
  if [ ! -e "$policy" ]; then
    ours=1
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
    cat >"$policy" <<'POLICY'
#!/bin/sh
case "$1" in docker* | containerd*) [ ! -d /run/systemd/system ] || exit 0 ;; esac
exit 101
POLICY
    chmod 0755 "$policy"
  fi
  quietly apt-get update
  DEBIAN_FRONTEND=noninteractive quietly apt-get install -y --no-install-recommends "$@"
  if [ -n "$ours" ]; then
    rm -f "$policy"
    trap - EXIT
  fi
  # Nor should it start at the next boot of a machine that had none.
  if [ -z "$had_sshd" ] && [ -x /usr/sbin/sshd ] && [ -d /run/systemd/system ]; then systemctl disable ssh; fi
}

# Says nothing when all goes well, and everything when it does not.
quietly() {
  local log status=0
  log="$(mktemp)"
  "$@" >"$log" 2>&1 || status=$?
  [ "$status" = 0 ] || { say "$* ended with $status:" && cat "$log" >&2; }
  rm -f "$log"
  return "$status"
}

install_node() {
  local dir="$vprov_cache/node/$1"
  [ ! -x "$(node_dir "$1")/node" ] || return 0
  rm -rf "$dir" "$dir.new"
  mkdir -p "$dir.new"
  # Run from there: the project's own settings for npm are not this package's.
  (cd "$dir.new" && quietly npm install --no-save --prefix . "node@$1" "npm@$npm_for_old_machines")
  "$dir.new/node_modules/.bin/node" -v >/dev/null
  mv "$dir.new" "$dir"
}

packages="$(needed_packages "$purpose")"
nodes="$(needed_nodes "$purpose")"

if [ -n "$packages" ] && ! can_install; then
  say "missing, and not installable from here (that takes Debian and root): $packages"
  # Without Node nothing works. Without the rest the tests that need it fail, and say so.
  node_is_new_enough || exit 1
  packages=''
fi
if [ -n "$packages$nodes" ]; then
  say 'to be installed:'
  for package in $packages; do printf '  Debian package  %s\n' "$package" >&2; done
  for version in $nodes; do printf '  Node            %s, from npm, into %s\n' "$version" "$vprov_cache/node" >&2; done
  ask
fi
if [ -n "$packages" ]; then
  # shellcheck disable=SC2086 # a list of words
  install_debian_packages $packages
fi
for version in $nodes; do install_node "$version"; done
# shellcheck source=scripts/env.sh
. scripts/env.sh

if ! project_packages_are_current; then
  say 'npm ci'
  quietly npm ci --no-audit --no-fund
fi
