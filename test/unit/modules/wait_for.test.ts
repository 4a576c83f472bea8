import {mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {type AddressInfo, createServer, type Server} from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import type {Action, ActionResult} from '../../../src/modules/index.ts';
import {TransportError} from '../../../src/transport/index.ts';
import type {ValueMap} from '../../../src/values/index.ts';
import {type LocalPorts, localPorts, noInputs} from './local-ports.ts';
import {mistakes, modules, task} from './task.ts';

const waitFor = modules.modules.get('wait_for')?.module as Action<ValueMap>;

let directory = '';
let server: Server;
beforeEach(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'vprov-wait-'));
  server = createServer();
  await listen(0);
});
afterEach(() => {
  rmSync(directory, {recursive: true});
  server.close();
});

function listen(port: number): Promise<void> {
  return new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
}

function portOf(): number {
  return (server.address() as AddressInfo).port;
}

/** What happens while it waits, done before its n-th look or pause. */
function wait(yaml: string, ports: Partial<LocalPorts> = {}): Promise<ActionResult> {
  const written = task('wait_for', yaml, {directory});
  expect(mistakes(written)).toEqual([]);
  return waitFor.act(written.args, {...localPorts(), ...ports}, noInputs);
}

describe('wait_for', () => {
  it('is read-only and touches nothing', () => {
    expect(waitFor.readOnly({})).toBe(true);
    expect(waitFor.effects({})).toEqual({type: 'none'});
  });

  it('is done at once when the port takes connections', async () => {
    const port = portOf();
    expect(await wait(`port: ${port}\ntimeout: 1`)).toEqual({
      changed: false,
      result: {state: 'started', host: '127.0.0.1', port, elapsed: 0},
    });
  });

  it('waits until the port is opened', async () => {
    const port = portOf();
    await new Promise((resolve) => server.close(resolve));
    let pauses = 0;
    const outcome = await wait(`port: ${port}\nsleep: 0.01`, {
      sleep: async () => {
        pauses += 1;
        if (pauses === 3) await listen(port);
      },
    });
    expect(outcome.failed).toBeUndefined();
    expect(pauses).toBe(3);
  });

  it('waits until the port is closed', async () => {
    const outcome = await wait(`port: ${portOf()}\nstate: stopped\nsleep: 0.01`, {
      sleep: async () => {
        if (server.listening) await new Promise((resolve) => server.close(resolve));
      },
    });
    expect(outcome.failed).toBeUndefined();
  });

  it('gives up when the time is over, and says what it was told last', async () => {
    const port = portOf();
    await new Promise((resolve) => server.close(resolve));
    const outcome = await wait(`port: ${port}\ntimeout: 0.05\nsleep: 0.01`);
    expect(outcome.failed).toMatch(`port ${port} of 127.0.0.1: not within 0.05 s: connect ECONNREFUSED`);
  });

  it('waits for a path, a link that leads nowhere included', async () => {
    symlinkSync('/nowhere', `${directory}/link`);
    expect((await wait(`path: '{{ directory }}/link'`)).failed).toBeUndefined();
    const outcome = await wait(`path: "{{ directory }}/it's here"\nsleep: 0.01`, {
      sleep: async () => writeFileSync(`${directory}/it's here`, ''),
    });
    expect(outcome).toMatchObject({changed: false, result: {path: `${directory}/it's here`}});
  });

  it('waits until a path is gone', async () => {
    writeFileSync(`${directory}/lock`, '');
    const outcome = await wait(`path: '{{ directory }}/lock'\nstate: absent\nsleep: 0.01`, {
      sleep: async () => rmSync(`${directory}/lock`),
    });
    expect(outcome.failed).toBeUndefined();
  });

  it('tells every five seconds that it still waits', async () => {
    let clock = 0;
    const messages: string[] = [];
    const outcome = await wait(`path: '{{ directory }}/never'\ntimeout: 12\ndelay: 2`, {
      now: () => clock,
      sleep: async (milliseconds) => {
        clock += milliseconds;
      },
      progress: (message) => messages.push(message),
    });
    expect(outcome).toMatchObject({
      failed: `path ${directory}/never: not within 12 s`,
      result: {elapsed: 12},
    });
    expect(messages).toEqual([
      `waiting for path ${directory}/never, 5 s`,
      `waiting for path ${directory}/never, 10 s`,
    ]);
  });

  it.each(['started', 'stopped'])(
    'fails at once, and is never %s, where the host forwards nothing',
    async (state) => {
      const forbidden = new TransportError('forbidden', 'sshd forbids it', 'set AllowTcpForwarding');
      let looks = 0;
      const outcome = await wait(`port: 8200\nstate: ${state}`, {
        forward: () => {
          looks += 1;
          return Promise.reject(forbidden);
        },
      });
      expect(outcome.failed).toContain('cannot be seen: sshd forbids it');
      expect(outcome.hint).toBe('set AllowTcpForwarding');
      expect(looks).toBe(1);
    },
  );

  it('ends with the connection, which is not a closed port', async () => {
    const lost = new TransportError('lost', 'the connection ended');
    await expect(wait('port: 1', {forward: () => Promise.reject(lost)})).rejects.toBe(lost);
  });

  it('ends when the run is interrupted', async () => {
    const controller = new AbortController();
    const waiting = wait(`path: '{{ directory }}/never'`, {
      ...localPorts(controller.signal),
      progress: () => {},
    });
    controller.abort(new Error('interrupted'));
    await expect(waiting).rejects.toThrow();
  });
});
