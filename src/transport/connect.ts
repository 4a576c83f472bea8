import {setMaxListeners} from 'node:events';
import type {Duplex} from 'node:stream';
import {type Bastions, bastionErrand, createBastions} from './bastions.ts';
import type {Carrier} from './carrier.ts';
import {checkOurs, chosenTransport} from './choice.ts';
import {SshConnection} from './connection.ts';
import {type Ask, type Connection, type ConnectOptions, TransportError} from './contract.ts';
import {dial, dialError, notFoundYet} from './dial.ts';
import {abortedError} from './failures.ts';
import {createGate} from './gate.ts';
import {readTrust} from './host-key.ts';
import {tellSilentAgent} from './identity.ts';
import {probeKey, withShownKey} from './key-probe.ts';
import {createKeyring, type Keyring} from './keyring.ts';
import {LinkState} from './link.ts';
import {localCarrier} from './local-carrier.ts';
import {addressesInDns, addressesOf, isMdnsName, mayHaveMoved, movedHint} from './names.ts';
import {hopsTo} from './openssh-hops.ts';
import {logInByOpenssh} from './openssh-master.ts';
import {createPassphrases} from './passphrases.ts';
import {createPrompts, noPrompts, timeLeft} from './prompts.ts';
import {isShed, persistently} from './retry.ts';
import {type AgentState, type AgentWatch, createAgentWatch} from './ssh-agent.ts';
import {readSshConfig} from './ssh-config.ts';
import {ssh2Login} from './ssh2-login.ts';
import {orStopped} from './stopped.ts';
import {
  defaultTimeoutMs,
  type Environment,
  type Errand,
  itselfHint,
  localUser,
  type Target,
  targetOf,
} from './target.ts';

/**
 * Logs in to a host over SSH, with its key checked strictly against known_hosts. Tries again for a moment when there
 * is no connection, and never when the host's key or the login was refused.
 * @throws TransportError: `unreachable`, `host-key`, `authentication` or `aborted`
 */
export type Connect = (options: ConnectOptions) => Promise<Connection>;

export interface ConnectorOptions {
  readonly environment: Environment;
  /** Undefined: there is nobody to ask. */
  readonly ask?: Ask;
}

/** The way to connect for all hosts of a run: they share keys and their passphrases, and the hosts on the way. */
export function createConnector({environment, ask}: ConnectorOptions): Connect {
  const prompts = createPrompts(ask);
  const gate = createGate();
  const watch = createAgentWatch();
  const passphrases = prompts.ask && createPassphrases(prompts.ask);
  let keyring: Keyring | undefined;
  let lookers: Bastions | undefined;

  const connect = async (errand: Errand): Promise<Connection> => {
    // All hosts of a run wait on one signal; that is no leak.
    setMaxListeners(0, errand.signal);
    if (errand.transport === 'local') return local(errand, environment);
    const [settings] = await Promise.all([
      readSshConfig(errand),
      // Loaded meanwhile, and only here: it costs what a run that connects to nothing should not pay.
      errand.transport === 'openssh' ? undefined : import('ssh2'),
    ]);
    const making = untilMade(errand.signal);
    const target = targetOf({...errand, signal: making.signal}, settings, environment);
    const trust = await readTrust(target);
    if (errand.transport === 'ssh' && settings) checkOurs(target, settings);
    const isStraight = target.jumps.length === 0 && target.proxyCommand === undefined;
    let loginOnce: (leftMs: () => number) => Promise<Carrier>;
    if (chosenTransport(errand, target, settings, trust, environment) === 'openssh') {
      const agentState = await agentStateOf(target, watch);
      const fixed = {target, errand, prompts, passphrases, settings, environment, agentState};
      loginOnce = async (leftMs) => {
        // ssh looks a name up once.
        if (isStraight && isMdnsName(target.host)) await foundByMdns(target, leftMs());
        try {
          return await logInByOpenssh({...fixed, leftMs: leftMs()});
        } catch (error) {
          // To look at a key is not worth a question.
          lookers ??= createBastions(createConnector({environment}), noPrompts);
          const look = {environment, leftMs, bastions: lookers};
          throw await withShownKey(error, () => probeKey(errand, look));
        }
      };
    } else {
      const ssh2 = (await import('ssh2')).default;
      keyring ??= createKeyring(ssh2, prompts.ask, watch);
      const way = (leftMs: number): Promise<Duplex> =>
        target.jumps.length === 0
          ? dial(target, leftMs, target.signal)
          : bastions.open(target, bastionErrand(target, errand), leftMs);
      try {
        loginOnce = await ssh2Login({ssh2, target, trust, keyring, prompts, way});
      } catch (error) {
        // A way that leads nowhere is told before a key is missed.
        await hopsTo(target, errand, environment);
        throw error;
      }
    }
    const login = async (): Promise<Carrier> => {
      const leftMs = timeLeft(target.timeoutMs, prompts);
      let inDns: Promise<readonly string[]> | undefined;
      const turn = async (): Promise<Carrier> => {
        try {
          return await gate.pass(`${target.host} ${target.port}`, () => loginOnce(leftMs), isShed);
        } catch (error) {
          if (isStraight && mayHaveMoved(target.hostName, target.host))
            inDns ??= addressesInDns(target.hostName);
          throw error;
        }
      };
      try {
        return await persistently(turn, leftMs, target.signal);
      } catch (error) {
        const moved = inDns && movedHint(target.hostName, target.host, await inDns);
        throw withHint(withHint(error, moved), itselfHint(target, errand));
      }
    };
    const {becomePassword, becomeMeans: become} = errand;
    const first = await login();
    making.isMade();
    const {signal} = errand;
    return new SshConnection(new LinkState(first, {...target, signal, becomePassword, become}, login));
  };

  const bastions = createBastions(connect, prompts);
  return connect;
}

/**
 * A signal that aborts with another one until a connection is made. From then on a host that gives it no further channel
 * (MaxSessions) is logged in to once more also to end what an interruption has left running there.
 */
function untilMade(signal: AbortSignal): {readonly signal: AbortSignal; isMade(): void} {
  const making = new AbortController();
  const stop = (): void => making.abort(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  setMaxListeners(0, making.signal);
  return {signal: making.signal, isMade: () => signal.removeEventListener('abort', stop)};
}

/** Connects to one host alone; for several see `createConnector`. */
export function connect(options: ConnectOptions): Promise<Connection> {
  return createConnector({environment: process.env})(options);
}

/** @throws TransportError `aborted` */
async function agentStateOf(target: Target, watch: AgentWatch): Promise<AgentState | undefined> {
  const {agentSocket, hostName, signal} = target;
  if (agentSocket === undefined) return undefined;
  const state = await orStopped(watch(agentSocket), signal).catch(() => {
    throw abortedError(hostName);
  });
  if (state === 'silent') tellSilentAgent(target);
  return state;
}

/** @throws TransportError when it is not found: ssh asks the same resolver, and once */
async function foundByMdns(target: Target, leftMs: number): Promise<void> {
  const {host, hostName, signal, onWaiting} = target;
  const timeout = AbortSignal.timeout(leftMs);
  try {
    await addressesOf(host, AbortSignal.any([signal, timeout]), onWaiting);
  } catch (error) {
    if (signal.aborted) throw abortedError(hostName);
    if (timeout.aborted) throw notFoundYet(target);
    throw dialError(target, error instanceof Error ? error : new Error(String(error)));
  }
}

/** The same error, with more to go on. */
function withHint(error: unknown, more: string | undefined): unknown {
  if (!(error instanceof TransportError) || error.failure !== 'unreachable' || more === undefined)
    return error;
  const hint = error.hint === undefined ? more : `${error.hint}; ${more}`;
  return new TransportError(error.failure, error.message, hint, {cause: error.cause});
}

function local(
  {hostName, becomePassword, becomeMeans: become, timeoutMs, signal}: Errand,
  environment: Environment,
): Connection {
  const user = localUser(environment);
  const common = {hostName, user, becomePassword, become, signal};
  const options = {...common, timeoutMs: timeoutMs ?? defaultTimeoutMs};
  return new SshConnection(new LinkState(localCarrier(), options, async () => localCarrier()));
}
