import {type ChildProcess, spawn} from 'node:child_process';
import {createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import {unpackedProgram} from '../fleet/mirror.ts';
import {product} from '../fleet/product.ts';
import {ask} from './ask.ts';

/** Where a server listens, all on 127.0.0.1. */
export interface Ports {
  readonly api: number;
  readonly cluster: number;
  /** Of a second listener, whose settings are tried. */
  readonly probe: number;
  /** Of one that believes what 127.0.0.1 says of where a request comes from, and of one that does not. */
  readonly forwarded: number;
  readonly stranger: number;
  readonly third: number;
}

const unknownField = 'unknown or unsupported field';

/** One real server as a process of this machine, with its files in a folder of its own. */
export class Server {
  readonly directory = mkdtempSync(join(tmpdir(), 'vprov-openbao-'));
  readonly ports: Ports;
  readonly version: string;
  readonly #program: string;
  #process: ChildProcess | undefined;
  #log = '';
  #unsealKey = '';
  token = '';

  constructor(version: string, ports: Ports) {
    this.#program = unpackedProgram(version);
    this.ports = ports;
    this.version = version;
  }

  get log(): string {
    return this.#log;
  }

  get isRunning(): boolean {
    return (
      this.#process !== undefined && this.#process.exitCode === null && this.#process.signalCode === null
    );
  }

  get url(): string {
    return `http://127.0.0.1:${this.ports.api}`;
  }

  configure(text: string): void {
    writeFileSync(join(this.directory, 'server.hcl'), text);
  }

  /**
   * Whether the server takes a text, which HashiCorp's has no command for: it is started with it.
   * @returns why not
   */
  async refusal(text: string): Promise<string | undefined> {
    const file = join(this.directory, 'candidate.hcl');
    writeFileSync(file, text);
    if (product.name === 'openbao') {
      const {output} = await this.#run(['operator', 'validate-config', `-config=${file}`]);
      return output.includes('success') ? undefined : output;
    }
    this.configure(text);
    const isStarted = await this.start();
    await this.stop();
    return isStarted && !this.log.includes(unknownField) ? undefined : this.log;
  }

  /** The fields that it calls unknown or unsupported; it reads all of them, and ends before it listens. */
  async unknownFields(text: string): Promise<readonly string[]> {
    const file = join(this.directory, 'candidate.hcl');
    writeFileSync(file, `${text}\nservice_registration "none" {}\n`);
    const {output} = await this.#run(['server', `-config=${file}`]);
    if (!/unknown service_registration type/i.test(output)) throw new Error(output);
    return [...output.matchAll(new RegExp(`${unknownField} (\\S+)`, 'g'))].map(([, name = '']) => name);
  }

  async #run(args: readonly string[]): Promise<{readonly output: string}> {
    const child = spawn(this.#program, args, {cwd: this.directory});
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data));
    child.stderr.on('data', (data: Buffer) => (output += data));
    await new Promise((done) => child.once('close', done));
    return {output};
  }

  /** @returns whether it runs and has said that it is ready */
  async start(): Promise<boolean> {
    this.#log = '';
    const child = spawn(this.#program, ['server', `-config=${join(this.directory, 'server.hcl')}`], {
      cwd: this.directory,
      // Every message to systemd then leaves a line in the log, whatever its level: that is how we know that it is done.
      env: {HOME: this.directory, PATH: process.env.PATH, NOTIFY_SOCKET: '/nonexistent'},
    });
    const file = createWriteStream(join(this.directory, 'server.log'), {flags: 'a'});
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) => {
        this.#log += data;
        file.write(data);
      });
    this.#process = child;
    child.once('close', () => file.end());
    return this.#until(() => this.#notices() >= 1);
  }

  async stop(): Promise<void> {
    const child = this.#process;
    if (!child || !this.isRunning) return;
    const closed = new Promise((done) => child.once('close', done));
    child.kill('SIGINT');
    const hurry = setTimeout(() => child.kill('SIGKILL'), 5000);
    await closed;
    clearTimeout(hurry);
  }

  /** SIGHUP, and until the server has said that it is through. */
  async reload(): Promise<void> {
    const before = this.#notices();
    this.#process?.kill('SIGHUP');
    if (!(await this.#until(() => this.#notices() >= before + 2))) throw new Error(`no reload: ${this.#log}`);
  }

  async initialise(): Promise<void> {
    const made = await ask(`${this.url}/v1/sys/init`, {
      method: 'PUT',
      body: {secret_shares: 1, secret_threshold: 1},
    });
    const {keys_base64: keys, root_token: token} = made.json as {keys_base64: string[]; root_token: string};
    this.#unsealKey = keys[0] ?? '';
    this.token = token;
  }

  /** @returns whether it then serves as the active member that it was */
  async unseal(milliseconds = 12_000): Promise<boolean> {
    await ask(`${this.url}/v1/sys/unseal`, {method: 'PUT', body: {key: this.#unsealKey}});
    return this.#until(async () => {
      const {status} = await ask(`${this.url}/v1/sys/health`, {});
      return status === 200;
    }, milliseconds);
  }

  lastWords(): string {
    return this.#log.trim().split('\n').slice(-3).join(' | ');
  }

  /** @returns whether it serves again, with what it had */
  async restart(): Promise<boolean> {
    await this.stop();
    // What is there afterwards was made by the one that starts now.
    rmSync(join(this.directory, 'extra.log'), {force: true});
    return (await this.start()) && (await this.unseal());
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.directory, {recursive: true, force: true});
  }

  has(file: string): boolean {
    return existsSync(join(this.directory, file));
  }

  read(file: string): string {
    return readFileSync(join(this.directory, file), 'utf8');
  }

  #notices(): number {
    return this.#log.split('error notifying systemd').length - 1;
  }

  async #until(condition: () => boolean | Promise<boolean>, milliseconds = 20_000): Promise<boolean> {
    const end = Date.now() + milliseconds;
    while (Date.now() < end) {
      if (await condition()) return true;
      if (!this.isRunning) return false;
      await wait(25);
    }
    return false;
  }
}

/** The first of so many ports in a row that nobody listens on, below those that the system hands out. */
export async function freePorts(count: number): Promise<number> {
  for (;;) {
    const first = 20_000 + Math.floor(Math.random() * 10_000);
    const servers = Array.from({length: count}, () => createServer());
    const listening = await Promise.all(
      servers.map(
        (one, index) =>
          new Promise<boolean>((done) => {
            one.once('error', () => done(false));
            one.listen(first + index, '127.0.0.1', () => done(true));
          }),
      ),
    );
    await Promise.all(servers.map((one) => new Promise((done) => one.close(done))));
    if (listening.every(Boolean)) return first;
  }
}
