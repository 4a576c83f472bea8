import type {ChildProcessWithoutNullStreams} from 'node:child_process';
import {rm} from 'node:fs/promises';
import {join} from 'node:path';
import {type Askpass, startAskpass} from './askpass.ts';
import type {Carrier} from './carrier.ts';
import {TransportError} from './contract.ts';
import {abortedError} from './failures.ts';
import {notInTime} from './login.ts';
import {type Answers, answersTo} from './openssh-answers.ts';
import {masterArguments, type OpensshLogin, readyWord} from './openssh-arguments.ts';
import {type Master, opensshCarrier} from './openssh-carrier.ts';
import {opensshError} from './openssh-errors.ts';
import {hopsCommand} from './openssh-hops.ts';
import {greetingIn, isLogged, readKeyLog} from './openssh-log.ts';
import {afterTime} from './prompts.ts';
import {socketDirectory} from './socket-directory.ts';
import {killGroup, notStarted, orNoRoom, startProgram} from './start-program.ts';
import type {Target} from './target.ts';

/** How much of what ssh writes is kept, in characters. */
const mostSaid = 64_000;

/** How long what ssh has written may take to come when it has ended. */
const leftMs = 500;

/**
 * Starts ssh, and ends it when our side of its standard input is closed, however we end; then the directory goes, too.
 * `read` is built in: no process stays behind when ssh ends by itself.
 */
const supervisor = `directory=$1; shift
exec 3<&0
"$@" 3<&- </dev/null & ssh=$!
{ read -r _ <&3; kill $ssh; } 2>/dev/null & watch=$!
exec 3<&-
wait $ssh; code=$?
kill $watch 2>/dev/null
rm -rf "$directory"
exit $code`;

/**
 * Logs in by the system's ssh, which does what we do not: certificates, security keys, ProxyCommand, GSSAPI, PKCS#11.
 * @throws TransportError
 */
export async function logInByOpenssh(login: OpensshLogin): Promise<Carrier> {
  const {target, environment, prompts, passphrases, agentState} = login;
  const {ask} = prompts;
  if (target.signal.aborted) throw abortedError(target.hostName);
  const directory = await socketDirectory(target);
  const controlPath = join(directory, 's');
  let askpass: Askpass | undefined;
  const answers = answersTo(target, ask, passphrases);
  const agent = agentState === 'silent' ? undefined : environment.SSH_AUTH_SOCK;
  try {
    if (ask || target.password) askpass = await startAskpass(directory, answers.answer);
    const hops = await hopsCommand(target, login.errand, environment, askpass !== undefined);
    const ssh = masterArguments(login, controlPath, askpass !== undefined, hops);
    const child = startProgram(
      target.hostName,
      '/bin/sh',
      ['-c', supervisor, 'vprov', directory, 'ssh', ...ssh],
      {
        // Ctrl-C in our terminal is for us alone; and ssh has no terminal to ask in.
        detached: true,
        env: {...process.env, SSH_AUTH_SOCK: agent, LC_ALL: 'C', ...askpass?.environment},
      },
    );
    child.once('exit', () => endWhatIsLeft(child));
    const {said, log} = collected(child);
    const {hostName} = target;
    const master = {hostName, directory, controlPath, process: child, said};
    await ready(login, answers, master, log);
    return opensshCarrier(master);
  } catch (error) {
    await rm(directory, {recursive: true, force: true});
    throw orNoRoom(error, target.hostName);
  } finally {
    askpass?.close();
  }
}

/**
 * A program that ssh has started to get to the host (ProxyCommand, the ssh of a host on the way) outlives an ssh that is
 * ended while it connects, and keeps our end of its standard error open as long. It is of the group that we have made.
 */
function endWhatIsLeft(child: ChildProcessWithoutNullStreams): void {
  killGroup(child);
  const {stdout, stderr} = child;
  // One that has made a group of its own is not waited for.
  setTimeout(() => {
    stdout.destroy();
    stderr.destroy();
  }, leftMs).unref();
}

/** What ssh writes to its standard error: all of it up to the login, and what is for people as long as it lives. */
function collected(child: ChildProcessWithoutNullStreams): {said(): string; log(): string} {
  let [said, log, line] = ['', '', ''];
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (part: string) => {
    // The end is what counts; a host with a long life may say much.
    log = (log + part).slice(-mostSaid);
    const lines = (line + part).split('\n');
    line = lines.pop() ?? '';
    for (const one of lines) if (!isLogged(one)) said = `${said}${one}\n`.slice(-mostSaid);
  });
  return {said: () => (isLogged(line) ? said : said + line), log: () => log};
}

/** Resolves when ssh is logged in; otherwise it is ended. */
function ready(
  login: OpensshLogin,
  answers: Answers,
  {process: child, said}: Master,
  log: () => string,
): Promise<void> {
  const {target, agentState} = login;
  return new Promise((resolve, reject) => {
    let stopped: TransportError | undefined;
    const stop = (error: TransportError): void => {
      stopped ??= error;
      child.stdin.end();
    };
    const onAbort = (): void => stop(abortedError(target.hostName));
    const onTimeout = (): void => stop(notInTime(target, readKeyLog(log()).taken?.name));
    const takeBack = afterTime(login.leftMs, login.prompts, onTimeout);
    const settle = (): void => {
      takeBack();
      target.signal.removeEventListener('abort', onAbort);
      child.stdout.removeAllListeners('data').resume();
      child.off('close', onClose);
    };
    const onClose = (code: number | null): void => {
      settle();
      const [unsigned, passwordOffered] = [answers.unsigned(), answers.passwordSent()];
      const mustChange = answers.mustChange();
      const written = log();
      const known = {
        unsigned,
        passwordOffered,
        mustChange,
        agentState,
        keys: readKeyLog(written),
        greeting: greetingIn(written),
      };
      const unstarted = notStarted(target.hostName, '/bin/sh', code);
      reject(stopped ?? unstarted ?? (code === 127 ? noSsh(target) : opensshError(target, said(), known)));
    };
    target.signal.addEventListener('abort', onAbort);
    child.stdin.on('error', () => undefined);
    child.on('close', onClose);
    let heard = '';
    child.stdout.on('data', (part: Buffer) => {
      heard += part.toString();
      if (!heard.includes(readyWord) || stopped) return;
      settle();
      resolve();
    });
  });
}

function noSsh({hostName}: Target): TransportError {
  return new TransportError(
    'unreachable',
    `there is no program ssh on this machine to reach ${hostName} by`,
    'install openssh-client, or set `transport: ssh2`',
  );
}
