import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {expect, it} from 'vitest';
import {Secret} from '../../src/text/index.ts';
import {connect} from '../../src/transport/index.ts';
import {startRelay} from '../faults/relay.ts';
import {failureOf} from './failure.ts';
import {askerPassword, startRing, transports} from './ring.ts';

const becomePassword = new Secret('become_password', askerPassword);

/** sudo looks at something for a minute, and says so in a file. */
const slowSudo = [
  "printf '#!/bin/sh\\ntouch %s\\nsleep 60\\n' $directory/home-asker/sudo-began >/run/slow; chmod +x /run/slow",
  "printf 'auth required pam_exec.so /run/slow\\n' >$directory/pam",
];

it.each(transports)(
  'a network that falls silent while sudo works is not told as a sudo that refuses, by %s',
  {timeout: 30_000},
  async (transport) => {
    const ring = await startRing({shell: 'dash', setUp: slowSudo});
    const relay = await startRelay(ring, {
      fault: 'silence',
      cutsWhen: () => existsSync(join(ring.directory, 'home-asker', 'sudo-began')),
      random: Math.random,
    });
    try {
      const options = {user: 'asker', transport, becomePassword, timeoutMs: 4000, port: relay.port};
      const connection = await connect(ring.options({...options, knownHostsFile: ring.trustFor(relay.port)}));
      const error = await failureOf(connection.session('root'));
      expect(['unreachable', 'lost']).toContain(error.failure);
      expect(error.message).toMatch(/ring-dash (?:fell silent|was lost)/);
      await connection.close();
    } finally {
      await relay.stop();
      await ring.stop();
    }
  },
);
