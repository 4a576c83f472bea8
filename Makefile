# Everything that can be done with this project, each by one word. The targets do their own set-up
# (scripts/setup.sh lists what it would install, and asks).
.DEFAULT_GOAL := help
.PHONY: help demo test fleet fleet-down build lint test-unit test-loopback test-fleet test-generated test-chaos test-faults bench clean

# With the right Node; and what tsx, testcontainers and npm cache goes where our cache is, and not to /tmp.
with_node := . scripts/env.sh; mkdir -p "$$vprov_cache/tmp"; export TMPDIR="$$vprov_cache/tmp";
tsx := $(with_node) exec node_modules/.bin/tsx

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r name what; do \
	  printf '  make %-14s %s\n' "$$name" "$$what"; done

demo: export VPROV_STARTED := $(shell date +%s)
demo: ## bring up five real OpenBao servers on five hosts, from nothing
	@scripts/setup.sh fleet
	@scripts/engine.sh up
	@$(MAKE) --no-print-directory build
	@$(tsx) test/fleet/demo.ts

test: ## lint and all tests; leaves nothing behind
	@scripts/test.sh

fleet: ## start the five hosts, or take them up where they are
	@scripts/setup.sh fleet
	@$(tsx) test/fleet/main.ts up

fleet-down: ## remove the hosts and all that belongs to them
	@if [ -d node_modules ]; then $(tsx) test/fleet/main.ts down; fi
	@scripts/engine.sh down

build: ## make dist/vprov.mjs
	@scripts/setup.sh build
	@$(with_node) exec npm run --silent build

lint: ## style, types, the rooms' borders, unused code, shell scripts
	@scripts/test.sh lint

test-unit: ## the tests that need nothing (seconds)
	@scripts/test.sh unit

test-loopback: ## the tests against an sshd on this machine
	@scripts/test.sh build loopback

.PHONY: test-peers
test-peers: ## control flow side by side with ansible-core, which must be installed
	@command -v ansible-playbook >/dev/null || { echo 'install ansible-core first (apt-get install ansible-core)' >&2; exit 1; }
	@scripts/test.sh build peers

test-fleet: ## the tests against the hosts
	@scripts/test.sh build fleet

.PHONY: test-vault
test-vault: ## the clusters' tests on HashiCorp Vault, built from its Go module (needs Go; the first time half an hour)
	@command -v go >/dev/null || { echo 'install Go first (https://go.dev/dl)' >&2; exit 1; }
	@scripts/test.sh build vault

test-generated: ## check against run: 500 generated playbooks on a loopback sshd, 100 on the hosts
	@scripts/test.sh build generated

test-chaos: ## runs that are killed at each of their events, and at random instants
	@scripts/test.sh build chaos

test-faults: ## runs over a network that fails at twenty instants, in each way
	@scripts/test.sh build faults

.PHONY: test-configuration
test-configuration: ## 200 edits of the settings on real OpenBao servers: foretold against observed (minutes)
	@scripts/test.sh build configuration

.PHONY: test-arm
test-arm: ## emulated boards: a Pi Zero, an ARMv7, a Pi 4 (minutes; the images are made once)
	@scripts/setup.sh arm
	@scripts/engine.sh up
	@$(with_node) exec node_modules/.bin/vitest run --project arm

bench: ## how fast a run is, on the hosts
	@scripts/setup.sh fleet
	@$(MAKE) --no-print-directory build
	@$(tsx) test/fleet/main.ts up
	@$(tsx) bench/no-change.ts
	@$(tsx) bench/copies.ts

clean: fleet-down ## also remove what was built and installed in the clone
	rm -rf dist node_modules src/generated
