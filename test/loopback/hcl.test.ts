import {type ChildProcess, spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {createServer} from 'node:net';
import {homedir, tmpdir} from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import {afterAll, expect, it} from 'vitest';
import {parseYaml} from '../../src/source/index.ts';
import {createScope, layerOfData, render} from '../../src/values/index.ts';

/** The server that the fleet's mirror keeps. */
const server = path.join(homedir(), '.cache/vprov/mirror/unpacked/openbao/2.6.2/linux_amd64/bao');
const startTimeoutMs = 15_000;

let child: ChildProcess | undefined;
let folder: string | undefined;

afterAll(async () => {
  if (child && child.exitCode === null) {
    const ended = new Promise((resolve) => child?.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }
  if (folder) await rm(folder, {recursive: true, force: true});
});

const special = [
  '',
  '${',
  '%{',
  '$${x}',
  '%%{x}',
  '$\u007benv("HOME")}',
  '"',
  '\\',
  '\\u0024',
  '\\n',
  'a\nb',
  '\r\n\t',
  '\u0001\u001b\u007f\u0085\u2028\u2029\ufeff',
  'ä€😀',
  '<<EOF\nx\nEOF',
  '// # /* */',
];

it('OpenBao reads what quote_hcl wrote', async () => {
  if (!existsSync(server)) throw new Error(`${server} is missing: 'make test-fleet' fetches it, once`);
  const piece = fc.constantFrom(
    '$',
    '%',
    '{',
    '}',
    '"',
    '\\',
    '\n',
    '\r',
    '\t',
    '\u0000',
    '\u0007',
    'u0024',
    'ä',
    '😀',
    'x',
  );
  const text = fc.oneof(
    fc.string({unit: 'grapheme'}),
    fc.string({unit: 'binary'}).filter((one) => !/\p{Surrogate}/u.test(one)),
    fc.array(piece).map((pieces) => pieces.join('')),
  );
  const texts = [...special, ...fc.sample(text, 500)];
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  await start(url, configuration(port, texts));
  const {keys, root_token: token} = (await call(url, 'PUT', 'init', {
    secret_shares: 1,
    secret_threshold: 1,
  })) as {
    keys: string[];
    root_token: string;
  };
  await call(url, 'PUT', 'unseal', {key: keys[0]});
  const sanitized = (await call(url, 'GET', 'config/state/sanitized', undefined, token)) as {
    data: {listeners: {config: Record<string, unknown>}[]};
  };
  const read = sanitized.data.listeners[0]?.config ?? {};
  expect(texts.map((_text, index) => read[`text_${index}`])).toEqual(texts);
});

/** Keys that the server does not know it keeps as it read them, and tells. */
function configuration(port: number, texts: readonly string[]): string {
  const lines = texts.map((text, index) => `  text_${index} = ${quoted(text)}`);
  return `storage "inmem" {}
api_addr = "http://127.0.0.1:${port}"
disable_clustering = true
listener "tcp" {
  address = "127.0.0.1:${port}"
  tls_disable = true
${lines.join('\n')}
}
`;
}

function quoted(text: string): string {
  const {node} = parseYaml("'{{ quote_hcl x }}'", 'hcl.yml');
  if (!node) throw new Error('the template was not read');
  return String(render(node, createScope([layerOfData({x: text}, 'x')])));
}

async function start(url: string, config: string): Promise<void> {
  folder = await mkdtemp(path.join(tmpdir(), 'vprov-hcl-'));
  const file = path.join(folder, 'server.hcl');
  await writeFile(file, config);
  const output: string[] = [];
  child = spawn(server, ['server', `-config=${file}`], {stdio: ['ignore', 'pipe', 'pipe']});
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => output.push(String(chunk)));
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the server ended:\n${output.join('').slice(-2_000)}`);
    try {
      await fetch(`${url}/v1/sys/seal-status`);
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function call(
  url: string,
  method: string,
  name: string,
  body?: object,
  token?: string,
): Promise<unknown> {
  const answer = await fetch(`${url}/v1/sys/${name}`, {
    method,
    headers: token ? {'X-Vault-Token': token} : {},
    ...(body ? {body: JSON.stringify(body)} : {}),
  });
  if (!answer.ok) throw new Error(`${name}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
