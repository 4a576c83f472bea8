#!/usr/bin/env bash
# make test: every stage, where the time went, and nothing left behind.
#
#   test.sh [lint|build|unit|loopback|fleet ...]    all of these when none is named; also: generated, chaos, faults, peers, configuration, vault
#
# The rings have a fleet of their own (FLEET=test) and a directory for temporary files of their own. Both are
# removed at the end, and at the start if the run before was killed.
set -euo pipefail
cd "$(dirname "$0")/.."

# Should make be killed, this script gets a signal, and can clean up.
if [ -z "${VPROV_TIED:-}" ] && setpriv --pdeathsig TERM true 2>/dev/null; then
  VPROV_TIED=1 exec setpriv --pdeathsig TERM "$0" "$@"
fi
unset VPROV_TIED

# shellcheck source=scripts/env.sh
. scripts/env.sh
# shellcheck source=scripts/leftovers.sh
. scripts/leftovers.sh
# shellcheck source=scripts/stages.sh
. scripts/stages.sh

run_id="$(pwd -P | cksum | cut -d' ' -f1)"
temporary="/tmp/vprov-test-$run_id"
results="$temporary/results"
# Here until the engine that we started has been stopped, if need be by the next run.
engine_is_ours="$vprov_cache/engine/started-by-test-$run_id"
table=''
outcomes=()

say() { printf '%s\n' "$*" >&2; }
now_us() { printf '%s' "${EPOCHREALTIME:-$SECONDS.000000}" | tr -d '.,'; }

# stage KIND [NODE]: runs it to its end, whatever it is, and notes time and outcome.
stage() {
  local name="$1${2:+-node-$2}" start status=0 outcome=ok
  say "== $name"
  start="$(now_us)"
  # In the background, because bash acts on a signal during wait and not during a command.
  PATH="${2:+$(node_dir "$2"):}$PATH" run_stage "$1" "$results/$name.json" 8>&- &
  wait $! || status=$?
  [ "$status" = 0 ] || outcome="FAILED ($status)"
  outcomes+=("$name=$status")
  note "$name" "$start" "$outcome"
}

# note NAME START OUTCOME: adds a line to the table of where the time went.
note() { table+="$(printf '%-24s %7.1f s  %s' "$1" "$(($(now_us) - $2))e-6" "$3")"$'\n'; }

take_turn() {
  mkdir -p "$vprov_cache/locks" "$vprov_cache/engine"
  command -v flock >/dev/null || return 0
  exec 8>"$vprov_cache/locks/test-$run_id"
  flock -n 8 || { say 'another test run is going on in this checkout' && exit 1; }
}

set_up() {
  local purpose=test
  case " $* " in *' fleet '* | *' loopback '* | *' generated '* | *' chaos '* | *' faults '* | *' peers '* | *' configuration '* | *' vault '*) ;; *) purpose=build ;; esac
  [ -z "${CI:-}" ] || purpose=nodes
  scripts/setup.sh "$purpose" 8>&-
}

start_engine() {
  scripts/engine.sh status >/dev/null 2>&1 8>&- && return
  : >"$engine_is_ours"
  # Without one the fleet ring fails, and says why.
  scripts/engine.sh up 8>&- || rm -f "$engine_is_ours"
}

leave_nothing() {
  trap '' INT TERM
  end_processes_of "$temporary"
  remove_test_fleet "$temporary" || say 'the test fleet could not be removed: make fleet-down FLEET=test'
  if [ -e "$engine_is_ours" ]; then
    scripts/engine.sh down && rm -f "$engine_is_ours"
  fi
  rm -rf "$temporary"
}

stages=("$@")
[ "$#" -gt 0 ] || stages=(lint build unit loopback fleet)

take_turn
begin="$(now_us)"
end_processes_of "$temporary"
rm -rf "$temporary"
set_up "${stages[@]}"
# shellcheck source=scripts/env.sh
. scripts/env.sh
note set-up "$begin" ok

trap leave_nothing EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
mkdir -p "$results"
for name in "${stages[@]}"; do
  if [ "$name" = fleet ] || [ "$name" = generated ]; then
    start_engine
    remove_test_fleet "$temporary" || true
  fi
  stage "$name"
done
if [ -n "${CI:-}" ] && [ "$#" = 0 ]; then
  for version in $nodes_of_ci; do stage unit "$version"; done
  # What works at both ends of what we support works between them.
  stage loopback "${nodes_of_ci##* }"
fi

status=0
closing_line="$(node scripts/counts.mjs "$results" "${outcomes[@]}")" || status=$?
trap - EXIT
leave_nothing
note total "$begin" ''
printf '\n%s\n' "$table"
if [ -n "${VPROV_CLOSING_LINE:-}" ]; then printf '%s\n' "$closing_line" >"$VPROV_CLOSING_LINE"; else printf '%s\n' "$closing_line"; fi
exit "$status"
