import {writeFile} from 'node:fs/promises';
import {createServer} from 'node:net';
import {join} from 'node:path';
import {quote} from '../shell/index.ts';
import type {Secret} from '../text/index.ts';

/** What the system's ssh calls when it has a question: it has no terminal of its own. */
export interface Askpass {
  readonly environment: Readonly<Record<string, string>>;
  close(): void;
}

/** Sends the question, ends, and writes down the answer; fails where there is none. */
const client = `const [socket, question] = process.argv.slice(1);
let answer = '';
require('node:net').connect(socket)
  .on('data', (part) => { answer += part; })
  .on('end', () => { process.stdout.write(answer); process.exitCode = answer === '' ? 1 : 0; })
  .on('error', () => { process.exitCode = 1; })
  .end(question);`;

/**
 * Answers the questions of an ssh that is started with this environment. Question and answer go through a socket in a
 * directory that is ours alone: an answer is never on a disk, nor in a command's arguments.
 * @see ssh(1), SSH_ASKPASS and SSH_ASKPASS_REQUIRE; SSH_ASKPASS_PROMPT is `none` for what wants no answer
 */
export async function startAskpass(
  directory: string,
  answer: (question: string) => Promise<Secret | undefined>,
): Promise<Askpass> {
  const socketFile = join(directory, 'a');
  const program = join(directory, 'askpass');
  const server = createServer({allowHalfOpen: true}, (socket) => {
    let question = '';
    socket.setEncoding('utf8');
    socket.on('data', (part: string) => {
      question += part;
    });
    // ssh may end while we wait for a person.
    socket.on('error', () => undefined);
    socket.once('end', () => {
      answer(question).then(
        (secret) => socket.end(secret ? `${secret.reveal()}\n` : ''),
        () => socket.end(),
      );
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketFile, resolve);
  });
  const node = quote(process.execPath);
  const script = `#!/bin/sh
[ "$SSH_ASKPASS_PROMPT" != none ] || exit 0
exec ${node} -e ${quote(client)} ${quote(socketFile)} "$1"
`;
  await writeFile(program, script, {mode: 0o700});
  return {
    environment: {SSH_ASKPASS: program, SSH_ASKPASS_REQUIRE: 'force'},
    close: () => void server.close(),
  };
}
