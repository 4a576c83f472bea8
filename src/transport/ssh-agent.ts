import {connect} from 'node:net';

/** How long an agent may take to say which keys it has. One that answers at all does so within milliseconds. */
const agentPatienceMs = 3_000;

/** The request for all keys: its length (4 bytes), then its type. @see draft-ietf-sshm-ssh-agent, 3.5 */
const requestIdentities = Buffer.from([0, 0, 0, 1, 11]);

/** Whether an agent takes connections and answers nothing, by its socket. Each is asked once for all hosts of a run. */
export type IsSilent = (socket: string) => Promise<boolean>;

export function createAgentWatch(patienceMs = agentPatienceMs): IsSilent {
  const known = new Map<string, Promise<boolean>>();
  return (socket) => {
    const asked = known.get(socket) ?? isSilent(socket, patienceMs);
    known.set(socket, asked);
    return asked;
  };
}

/** A socket that nobody listens on is not silent: whoever needs it, is told at once. */
function isSilent(path: string, patienceMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const conclude = (silent: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(silent);
    };
    const timer = setTimeout(() => conclude(true), patienceMs);
    socket.once('data', () => conclude(false));
    socket.once('close', () => conclude(false));
    socket.once('error', () => conclude(false));
    socket.write(requestIdentities);
  });
}
