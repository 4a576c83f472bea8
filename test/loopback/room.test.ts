import {execFile} from 'node:child_process';
import {mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {type Ring, startRing, transports, variablesOf} from './ring.ts';

// A machine that opens no more files: what does not fit is told as that, and the others are served.

let ring: Ring;
let directory = '';

beforeAll(async () => {
  ring = await startRing({shell: 'dash', sshdConfig: ['MaxStartups 200']});
  directory = mkdtempSync(join(tmpdir(), 'vprov-room-'));
  const host = variablesOf(ring);
  const hosts = Object.fromEntries(Array.from({length: 24}, (_, index) => [`pi${index}`, host]));
  writeFileSync(join(directory, 'hosts.yml'), JSON.stringify({all: {hosts}}));
});

afterAll(async () => {
  await ring.stop();
  rmSync(directory, {recursive: true});
});

function limited(files: number, transport: string): Promise<{exitCode: number; output: string}> {
  const line = `ulimit -n ${files}; exec ${process.execPath} dist/vprov.mjs exec -i ${directory}/hosts.yml --forks 24`;
  const rest = `-e transport=${transport === 'ssh' ? 'ssh2' : 'openssh'} all -- true`;
  const env = {...process.env, TMPDIR: directory};
  return new Promise((resolve) => {
    execFile('/bin/sh', ['-c', `${line} ${rest}`], {env}, (error, stdout, stderr) =>
      resolve({exitCode: Number(error?.code ?? 0), output: stdout + stderr}),
    );
  });
}

describe.each(transports)('too few open files, by %s', (transport) => {
  it('is told with what to do, and nothing stays', async () => {
    const {exitCode, output} = await limited(transport === 'ssh' ? 34 : 48, transport);
    expect([exitCode, output]).toEqual([4, expect.stringMatching(/too many (?:open files|files are open)/)]);
    expect(output).toMatch(/ulimit -n.*lower `forks`/);
    expect(output).not.toContain('defect');
    expect(readdirSync(directory)).toEqual(['hosts.yml']);
  });

  it('is no matter where there are enough', async () => {
    expect((await limited(256, transport)).exitCode).toBe(0);
  });
});
