import {connect} from 'node:net';

/** How long an agent may take to say which keys it has. One that answers at all does so within milliseconds. */
const agentPatienceMs = 3_000;

/** The request for all keys: its length (4 bytes), then its type. @see draft-ietf-sshm-ssh-agent, 3.5 */
const requestIdentities = Buffer.from([0, 0, 0, 1, 11]);

/** What becomes of a question to an agent. `silent`: it takes connections and answers nothing. `gone`: nobody listens. */
export type AgentState = 'answers' | 'silent' | 'gone';

/** By its socket. Each is asked once for all hosts of a run. */
export type AgentWatch = (socket: string) => Promise<AgentState>;

export function createAgentWatch(patienceMs = agentPatienceMs): AgentWatch {
  const known = new Map<string, Promise<AgentState>>();
  return (socket) => {
    const asked = known.get(socket) ?? stateOf(socket, patienceMs);
    known.set(socket, asked);
    return asked;
  };
}

function stateOf(path: string, patienceMs: number): Promise<AgentState> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const conclude = (state: AgentState): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(state);
    };
    const timer = setTimeout(() => conclude('silent'), patienceMs);
    socket.once('data', () => conclude('answers'));
    socket.once('close', () => conclude('gone'));
    socket.once('error', () => conclude('gone'));
    socket.write(requestIdentities);
  });
}
