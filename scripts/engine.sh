#!/usr/bin/env bash
# The container engine that the fleet runs on.
#
#   engine.sh up      use the engine that answers, else start Debian's dockerd (as root)
#   engine.sh down    stop the engine if it was started here, no container runs in it, and no other checkout uses it
#   engine.sh status  say which engine answers; exit 1 when none does
#
# What it starts writes its pid and its log under ${XDG_CACHE_HOME:-~/.cache}/vprov/engine.
set -euo pipefail

# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"
state="$vprov_cache/engine"
pid_file="$state/dockerd.pid"
log="$state/dockerd.log"
# dockerd's own note on the containerd it runs: left behind when both are killed.
containerd_pid_file=/var/run/docker/containerd/containerd.pid

# A file a checkout that uses the engine, with its path in it.
users="$state/users"
checkout="$(cd "$(dirname "$0")/.." && pwd -P)"
use="$users/$(printf '%s' "$checkout" | cksum | cut -d' ' -f1)"

say() { printf 'engine: %s\n' "$*" >&2; }

# A stale socket refuses at once; an engine that hangs must not hang us.
answers() { timeout 10 docker version --format '{{.Server.Version}}' 2>/dev/null; }

# runs FILE NAME: the process that FILE names is alive and is a NAME.
# A number is not enough: after a kill it may be anybody's. A zombie has no program any more.
runs() {
  local pid
  pid="$(cat "$1" 2>/dev/null)" || return 1
  [ -n "$pid" ] && [ "$(basename "$(readlink "/proc/$pid/exe")")" = "$2" ]
}

forget_the_dead() {
  runs "$pid_file" dockerd || rm -f "$pid_file"
  if ! runs "$containerd_pid_file" containerd; then rm -f "$containerd_pid_file"; fi
}

fail_with_log() {
  say "$1"
  [ ! -s "$log" ] || { say "the end of $log:"; tail -n 20 "$log" >&2; }
  exit 1
}

start() {
  if [ -n "${DOCKER_HOST:-}" ]; then
    fail_with_log "nothing answers at DOCKER_HOST=$DOCKER_HOST"
  fi
  if [ "$(id -u)" != 0 ] || ! command -v dockerd >/dev/null; then
    say 'no container engine answers, and none can be started here:'
    say 'that takes root and the program dockerd (Debian: docker.io), or a running Docker.'
    exit 1
  fi
  local deadline=$((SECONDS + 60)) launched=''
  until version="$(answers)"; do
    # One that is being killed is still there for a moment: it is looked at again every time.
    if [ -z "$launched" ] && ! runs "$pid_file" dockerd; then
      forget_the_dead
      # Its own session, without our lock and a test's directory: it outlives this script and its caller.
      env -u TMPDIR setsid dockerd --pidfile "$pid_file" >"$log" 2>&1 </dev/null 9>&- &
      launched=$!
    fi
    [ -z "$launched" ] || kill -0 "$launched" 2>/dev/null || fail_with_log 'dockerd ended at its start'
    [ "$SECONDS" -lt "$deadline" ] || fail_with_log 'dockerd does not answer after 60 s'
    sleep 0.2
  done
  say "started dockerd $version (pid $(cat "$pid_file"), log $log)"
}

# others_use_it: another checkout that is still there has said up, and not down.
others_use_it() {
  local file other
  for file in "$users"/*; do
    if [ ! -f "$file" ] || [ "$file" = "$use" ]; then continue; fi
    other="$(cat "$file")"
    if [ -d "$other" ]; then say "left running: $other uses it" && return 0; fi
    rm -f "$file"
  done
  return 1
}

up() {
  mkdir -p "$users"
  printf '%s\n' "$checkout" >"$use"
  if version="$(answers)"; then return; fi
  exec 9>"$state/lock"
  flock 9
  # Somebody else may have started it while we waited for the lock.
  if version="$(answers)"; then return; fi
  start
}

down() {
  rm -f "$use"
  [ -e "$pid_file" ] || return 0
  exec 9>"$state/lock"
  flock 9
  if ! runs "$pid_file" dockerd; then
    forget_the_dead
    return 0
  fi
  if [ -n "$(docker ps -q)" ]; then
    say 'left running: containers use it'
    return 0
  fi
  if others_use_it; then return 0; fi
  local pid
  pid="$(cat "$pid_file")"
  kill -TERM "$pid"
  timeout 60 tail --pid="$pid" -s 0.1 -f /dev/null || fail_with_log "dockerd (pid $pid) does not stop"
  rm -f "$pid_file"
  say 'stopped dockerd'
}

status() {
  if version="$(answers)"; then
    say "$version answers"
    if runs "$pid_file" dockerd; then say "started here: pid $(cat "$pid_file"), log $log"; fi
  else
    say 'no engine answers'
    return 1
  fi
}

case "${1:-}" in
  up | down | status) "$1" ;;
  *)
    say 'usage: engine.sh up|down|status'
    exit 64
    ;;
esac
