import path from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {Bench} from '../loopback/engine.ts';
import {ensureFleet, type Fleet} from './fleet.ts';

// What systemd makes of a unit whose server does not run: there is no process that would show its words and its directory.

const host = 'wallpi';
const unit = 'vprov-stopped.service';
const unitFile = `/etc/systemd/system/${unit}`;
const folder = '/srv/vprov-stopped';
let fleet: Fleet;
let bench: Bench;

beforeAll(async () => {
  fleet = await ensureFleet();
  const plan = fleet.hosts.find(({name}) => name === host);
  if (!plan) throw new Error(`the fleet has no ${host}`);
  bench = new Bench({
    [host]: {
      port: plan.port,
      keyFile: path.join(fleet.dir, 'id_ed25519'),
      knownHostsFile: path.join(fleet.dir, 'known_hosts'),
      directory: '/run',
    },
  });
});

const clean = `rm -rf ${unitFile} ${folder} /root/vprov-stopped; systemctl daemon-reload`;

afterAll(async () => {
  await fleet?.exec(host, clean);
  bench?.remove();
});

describe('the configuration of a server that does not run', () => {
  it.each([
    ['in quotes', `"-config=${folder}/my vault/vault.hcl"`, '', `${folder}/my vault/vault.hcl`],
    [
      'in quotes after the sign',
      `-config="${folder}/my vault/vault.hcl"`,
      '',
      `${folder}/my vault/vault.hcl`,
    ],
    ['a folder in quotes', `'-config' '${folder}/my vault'`, '', `${folder}/my vault/vault.hcl`],
    [
      'from where the unit starts it',
      '-config=config/vault.hcl',
      `WorkingDirectory=${folder}`,
      `${folder}/config/vault.hcl`,
    ],
    [
      'from a directory that may be missing',
      '-config config/vault.hcl',
      `WorkingDirectory=-${folder}`,
      `${folder}/config/vault.hcl`,
    ],
    [
      'from the home of its user',
      '-config=vprov-stopped/vault.hcl',
      'User=root\nWorkingDirectory=~',
      '/root/vprov-stopped/vault.hcl',
    ],
    ['from /', `-config=.${folder}/config/vault.hcl`, '', `/.${folder}/config/vault.hcl`],
  ])('is found %s', async (_, words, more, file) => {
    await fleet.exec(host, clean);
    await fleet.read(
      host,
      `mkdir -p ${folder} "$(dirname '${file}')"
printf 'storage "raft" {\\n  path = "${folder}/data"\\n  node_id = "one"\\n}\\n' >'${file}'
printf '#!/bin/sh\\n# openbao/openbao\\n' >${folder}/vault; chmod 755 ${folder}/vault
cat >${unitFile} <<'END'
[Service]
ExecStart=${folder}/vault server ${words}
${more}
END
systemctl daemon-reload`,
    );
    const ran = await bench.run({
      tasks: [
        {name: 'look', vault_discover: {}, register: 'looked'},
        {
          name: 'it is there',
          assert: {
            that: `looked.found.servers.exists(one, one.unit == '${unit}' && one.files == [${JSON.stringify(file)}] && one.path == '${folder}/data' && one.product == 'openbao')`,
            fail_msg: '{{ json looked.found.servers }}',
          },
        },
      ],
    });
    expect(ran.mistakes).toEqual([]);
    expect(ran.tasks.map(({status, message}) => [status, message])).toEqual([
      ['ok', undefined],
      ['ok', undefined],
    ]);
  });
});
