import {type ChildProcessWithoutNullStreams, spawn} from 'node:child_process';
import {once} from 'node:events';
import {expect, it} from 'vitest';
import {opensshCarrier} from '../../../src/transport/openssh-carrier.ts';

/** An ssh that ends as where sshd gives up, and what a watcher is told of it. */
function endingSsh() {
  const child: ChildProcessWithoutNullStreams = spawn('sh', ['-c', 'exit 255']);
  const carrier = opensshCarrier({
    hostName: 'wallpi',
    directory: '/nonexistent',
    controlPath: '/nonexistent/socket',
    process: child,
    said: () => 'debug1: hello\nConnection closed by remote host\n',
  });
  const told: string[] = [];
  const closed = (): Promise<void> =>
    new Promise((resolve) => {
      carrier.watch({
        lost: (cause) => told.push(`lost: ${cause?.message}`),
        closed: () => {
          told.push('closed');
          resolve();
        },
      });
    });
  return {child, told, closed};
}

const lostThenClosed = ['lost: Connection closed by remote host', 'closed'];

it('tells that the connection is lost before it tells that it is closed', async () => {
  const {told, closed} = endingSsh();
  await closed();
  expect(told).toEqual(lostThenClosed);
});

it('tells what had ended before anybody watched', async () => {
  const {child, told, closed} = endingSsh();
  await once(child, 'close');
  await closed();
  expect(told).toEqual(lostThenClosed);
});

it('tells it within the event that ends what was under way', async () => {
  const {child, told, closed} = endingSsh();
  const end = closed();
  const atExit = new Promise<string[]>((resolve) => child.once('exit', () => resolve([...told])));
  expect(await atExit).toEqual(lostThenClosed.slice(0, 1));
  await end;
});
