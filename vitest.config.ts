import {defineConfig} from 'vitest/config';
import {workersOfRing} from './test/fleet/layout.ts';

/** The three rings: unit (milliseconds), loopback (an sshd started by the test), fleet (real hosts). */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          globalSetup: ['test/generated.ts'],
          // Nothing in this ring keeps state outside its own tests: modules are loaded once a worker, not once a file.
          isolate: false,
          // Far more than any of them takes, so that a busy machine fails none.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'loopback',
          include: ['test/loopback/**/*.test.ts', 'test/generated/loopback.test.ts'],
          globalSetup: ['test/generated.ts', 'test/loopback/applets.ts'],
          // Nothing in this ring keeps state outside its own hosts and folders: modules are loaded once a worker.
          isolate: false,
          testTimeout: 30_000,
          hookTimeout: 60_000,
          // Real processes on a machine that others use, too: unattended, a failure counts when it is there twice, and
          // the report says which test was tried again.
          retry: process.env.CI ? 1 : 0,
          // What is awaited comes as soon as the machine lets it; the default of a second is too little for a busy one.
          expect: {poll: {timeout: 15_000}},
          // Each file has hosts of its own; they mostly wait, so more than there are cores.
          maxWorkers: 4,
        },
      },
      {
        test: {
          // Playbooks in both dialects, side by side with ansible-core.
          name: 'peers',
          include: ['test/peers/**/*.test.ts'],
          globalSetup: ['test/generated.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          // Many generated playbooks, on a loopback sshd and on the fleet; `make test` tries a few of them.
          name: 'generated',
          include: ['test/generated/*.test.ts'],
          env: {VPROV_GENERATED_USUAL: '500'},
          globalSetup: ['test/generated.ts'],
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          // Runs that are killed, on a loopback sshd.
          name: 'chaos',
          include: ['test/chaos/*.test.ts'],
          globalSetup: ['test/generated.ts'],
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          // Runs over a network that fails, on a loopback sshd; `make test` tries one instant of each fault.
          name: 'faults',
          include: ['test/faults/*.test.ts'],
          globalSetup: ['test/generated.ts'],
          hookTimeout: 120_000,
          maxConcurrency: 8,
        },
      },
      {
        test: {
          // Boards, emulated: some ten times slower than the machine itself.
          name: 'arm',
          include: ['test/arm/*.test.ts'],
          globalSetup: ['test/generated.ts'],
          testTimeout: 1_200_000,
          hookTimeout: 2_400_000,
        },
      },
      {
        test: {
          // Edited settings on a real OpenBao, a process of this machine; `make test` tries a few of them in the fleet's ring.
          name: 'configuration',
          include: ['test/openbao/*.test.ts'],
          env: {VPROV_EDITS_USUAL: '200'},
          globalSetup: ['test/generated.ts'],
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'fleet',
          include: ['test/fleet/**/*.test.ts', 'test/openbao/*.test.ts'],
          globalSetup: ['test/fleet/global-setup.ts'],
          setupFiles: ['test/fleet/worker.ts'],
          env: {FLEET_OF_RING: process.env.FLEET ?? ''},
          testTimeout: 300_000,
          hookTimeout: 300_000,
          maxWorkers: workersOfRing,
        },
      },
    ],
  },
});
