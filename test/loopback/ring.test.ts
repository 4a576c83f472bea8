import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync} from 'node:fs';
import {createInterface} from 'node:readline';
import {expect, it} from 'vitest';
import {connect} from '../../src/transport/index.ts';
import {startRing} from './ring.ts';

it('leaves no process when the tests are killed, and no file after the next start', async () => {
  const script = `
    import {startRing} from './test/loopback/ring.ts';
    startRing({shell: 'dash'}).then((ring) => console.log(JSON.stringify({...ring, options: ring.options()})));
  `;
  const killed = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({input: killed.stdout}), 'line');
  const {directory, options} = JSON.parse(String(line));
  const reach = (): Promise<string> =>
    connect({...options, signal: new AbortController().signal}).then(
      async (connection) => {
        await connection.close();
        return 'reached';
      },
      (error: Error) => error.message,
    );
  expect(await reach()).toBe('reached');
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  await expect.poll(reach).toContain('refuses connections');
  // Other test files start rings at the same time: it may be one of them that removes it.
  const next = await startRing({shell: 'dash'});
  await expect.poll(() => existsSync(directory)).toBe(false);
  await next.stop();
  expect(existsSync(next.directory)).toBe(false);
});
