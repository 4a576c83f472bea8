# shellcheck shell=bash disable=SC2154 # variables that test.sh sets
# Sourced by test.sh: what each stage runs.

# Only the stages' processes have the directory in their environment, so that those are found again.
run() { TMPDIR="$temporary" FLEET=test "$@"; }

# run_stage KIND RESULTS: one stage; a ring writes its counts to the file RESULTS.
run_stage() {
  case "$1" in
    lint) lint ;;
    build) run npm run --silent build ;;
    unit | loopback | fleet | generated | chaos | faults | peers | configuration)
      run node_modules/.bin/vitest run --project "$1" --reporter=default --reporter=json --outputFile.json="$2"
      ;;
    vault)
      VPROV_TEST_PRODUCT=vault run node_modules/.bin/vitest run --project fleet --project configuration \
        test/openbao/inside.test.ts test/fleet/{adopt-command,adoption,bootstrap,canaries,converge,members,pgp,second-init,tls,upgrade}.test.ts \
        --reporter=default --reporter=json --outputFile.json="$2"
      ;;
    *)
      printf 'no stage is called %s\n' "$1" >&2
      return 64
      ;;
  esac
}

lint() {
  run npm run --silent lint || return
  if command -v shellcheck >/dev/null; then
    run shellcheck -x scripts/*.sh .ci/run
  else
    printf 'shellcheck is not here: the shell scripts were not checked\n' >&2
  fi
}
