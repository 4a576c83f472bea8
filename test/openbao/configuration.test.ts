import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {reveal} from '../../src/text/index.ts';
import {compareVersions, parseVersion, type ValueMap} from '../../src/values/index.ts';
import {
  type ConfigurationKey,
  type ConfigurationMistake,
  compareConfigurations,
  configurationBlocks,
  type KeyImpact,
  mistakesOfConfiguration,
  neededFiles,
  parseHcl,
  printHcl,
  renderSettings,
  type ServerRelease,
} from '../../src/vault/index.ts';
import {ensureMirror} from '../fleet/mirror.ts';
import {newerVersion, olderVersion, product} from '../fleet/product.ts';
import {ask} from './ask.ts';
import {firstSettings, type Knob, knobs, settingsOf, valueAt, withValue} from './edits.ts';
import {type Behaviour, behaviourOf} from './observed.ts';
import {over, trials} from './refused.ts';
import {blocksToAccept, blocksToRead, sampleOfBlock, startable} from './samples.ts';
import {freePorts, Server} from './server.ts';

/** VPROV_EDITS edits of the settings of a real server, half of them on each version; VPROV_SEED repeats a run. */
const edits = Number(process.env.VPROV_EDITS ?? process.env.VPROV_EDITS_USUAL ?? 24);
// `make test` tries the same each time, so that it fails for nothing but a change.
const usualSeed = process.env.VPROV_EDITS_USUAL === undefined ? 7 : Date.now() % 1_000_000;
const seed = Number(process.env.VPROV_SEED ?? usualSeed);

beforeAll(async () => {
  await ensureMirror((line) => console.log(line));
});

describe.each([olderVersion, newerVersion])(`${product.title} %s`, (version) => {
  const release = {product: product.name, version};
  let server: Server;
  /** Another one, which is only ever started. */
  let spare: Server;
  let model: ValueMap;

  beforeAll(async () => {
    const api = await freePorts(12);
    const [cluster, probe, forwarded, stranger, third] = [api + 1, api + 2, api + 4, api + 6, api + 8];
    const ports = {api, cluster, probe, forwarded, stranger, third};
    server = new Server(version, ports);
    spare = new Server(version, {...ports, api: api + 10, cluster: api + 11});
    mkdirSync(join(server.directory, 'data'));
    for (const name of ['a', 'b']) certificate(server.directory, name);
    model = firstSettings(server);
    server.configure(rendered(model));
    expect(await server.start(), server.log).toBe(true);
    await server.initialise();
    expect(await server.unseal(), server.log).toBe(true);
  });

  afterAll(async () => {
    await server?.remove();
    await spare?.remove();
  });

  it.each(blocksToAccept().map((block) => [block.title, block] as const))(
    'takes every key of %s that the table says it has',
    async (_title, block) => {
      const hasIt = (known: Available): boolean => isIn(known, version);
      if (!hasIt(block)) return;
      const sample = sampleOfBlock(block, hasIt);
      const settings = product.name === 'vault' ? startable(sample, spare) : sample;
      const text = reveal(printHcl(renderSettings(settings)));
      expect(mistakesOfKeys(text, release)).toEqual([]);
      expect(await spare.refusal(text), text).toBeUndefined();
    },
    60_000,
  );

  it.runIf(product.name === 'vault').each(blocksToRead().map((block) => [block.title, block] as const))(
    'reads every key of %s that the table says it has',
    async (_title, block) => {
      const sample = sampleOfBlock(block, (known) => isIn(known, version));
      const text = reveal(printHcl(renderSettings(startable(sample, spare))));
      expect(mistakesOfKeys(text, release)).toEqual([]);
      expect(await spare.unknownFields(text), text).toEqual([]);
    },
  );

  it('knows none of the keys that the table says it has not', async () => {
    const [top, listener, telemetry] = ['', 'listener.tcp', 'telemetry'].map((path) => {
      const keys = configurationBlocks.find((block) => block.path === path)?.keys ?? {};
      return Object.entries(keys)
        .filter(([, key]) => !isIn(key, version))
        .map(([name]) => name);
    });
    const said = (names: readonly string[] = []): string => names.map((name) => `${name} = true\n`).join('');
    const text = `${said(top)}storage "inmem" {}\nlistener "tcp" {\n${said(listener)}}\ntelemetry {\n${said(telemetry)}}`;
    const unknown = await server.unknownFields(text);
    expect([...new Set(unknown)].sort()).toEqual(
      [...new Set([...(top ?? []), ...(listener ?? []), ...(telemetry ?? [])])].sort(),
    );
  });

  it('locks people out by what a reload said', async () => {
    const asked = async (path: string, password: string): Promise<number> =>
      (
        await ask(`${server.url}/v1/auth/userpass/${path}`, {
          method: 'POST',
          body: {password},
          token: server.token,
        })
      ).status;
    const threshold = async (lockout_threshold: number): Promise<void> => {
      server.configure(rendered({...model, user_lockout: {all: {lockout_threshold}}}));
      await server.reload();
    };
    const question = {method: 'POST', body: {type: 'userpass'}, token: server.token};
    await ask(`${server.url}/v1/sys/auth/userpass`, question);
    await asked('users/one', 'right');
    await threshold(5);
    expect([await asked('login/one', 'wrong'), await asked('login/one', 'right')]).toEqual([400, 200]);
    await threshold(1);
    expect([await asked('login/one', 'wrong'), await asked('login/one', 'right')]).toEqual([400, 403]);
    server.configure(rendered(model));
    await server.reload();
  });

  it('starts with what is not refused, and with nothing that is', async () => {
    const wrong: string[] = [];
    for (const {name, settings} of trials(server)) {
      const next = over(model, settings);
      const foretold = isRefused(rendered(next), version) ? 'refused' : 'taken';
      server.configure(rendered(next));
      await server.stop();
      const observed = (await server.start()) && (await server.unseal(5000)) ? 'taken' : 'refused';
      if (foretold !== observed)
        wrong.push(`${name}: foretold ${foretold}, ${observed}: ${server.lastWords()}`);
    }
    server.configure(rendered(model));
    expect(await server.restart(), server.log).toBe(true);
    expect(wrong).toEqual([]);
  }, 400_000);

  it(
    `does with edited settings what was foretold (VPROV_SEED=${seed} VPROV_EDITS=${edits})`,
    async () => {
      const random = randomNumbers(seed);
      const all = knobs(server);
      const wrong: string[] = [];
      const counts: Record<string, number> = {};
      let behaviour = await behaviourOf(server);
      for (let done = 0; done < edits / 2; ) {
        const {next, names, isTakenBack} = edited(model, all, random);
        if (rendered(next) === rendered(model)) continue;
        done += 1;
        const foretold = predicted(model, next, version);
        const observed = await tried(server, next, behaviour);
        counts[foretold] = (counts[foretold] ?? 0) + 1;
        if (observed.impact !== foretold)
          wrong.push(
            `${names.join(' and ')}: foretold ${foretold}, observed ${observed.impact}: ${observed.why}`,
          );
        if (isTakenBack || observed.impact === 'refuse') {
          server.configure(rendered(model));
          expect(await server.restart(), server.log).toBe(true);
        } else model = next;
        behaviour = await behaviourOf(server);
      }
      console.log(`${product.title} ${version}: ${JSON.stringify(counts)}`);
      expect(wrong).toEqual([]);
    },
    60_000 + edits * 15_000,
  );
});

type Available = Pick<ConfigurationKey, 'openbao' | 'vault'>;

/** The editions here are those without a licence. */
function isIn(known: Available, version: string): boolean {
  const available = known[product.name];
  if (available === undefined) return true;
  if (available === 'never' || available.enterprise) return false;
  const isOlder = (than: string): boolean => compareVersions(parseVersion(version), parseVersion(than)) < 0;
  return (
    !isOlder(available.since ?? '0.0.0') && (available.before === undefined || isOlder(available.before))
  );
}

function rendered(model: ValueMap): string {
  return reveal(printHcl(renderSettings(settingsOf(model))));
}

/** All keys of a block at once: that some of them do not go together is another matter. */
function mistakesOfKeys(text: string, release: ServerRelease): readonly ConfigurationMistake[] {
  const mistakes = mistakesOfConfiguration(parseHcl([text]), release);
  return mistakes.filter(({hint = ''}) => !hint.includes("the server's own words"));
}

/** Whether vault_config would refuse to write it, whatever is there. */
function isRefused(text: string, version: string): boolean {
  const [body, release] = [parseHcl([text]), {product: product.name, version}];
  const mistakes = mistakesOfConfiguration(body, release, 'whole').filter(({type}) => type === 'refused');
  return mistakes.length > 0 || neededFiles(body, release).some(({path}) => !existsSync(path));
}

/** What vault_config would say. */
function predicted(before: ValueMap, after: ValueMap, version: string): KeyImpact {
  const wanted = parseHcl([rendered(after)]);
  const release = {product: product.name, version};
  if (isRefused(rendered(after), version)) return 'refuse';
  return compareConfigurations(parseHcl([rendered(before)]), wanted, true, release).impact;
}

interface Edit {
  readonly next: ValueMap;
  readonly names: readonly string[];
  readonly isTakenBack: boolean;
}

/** One to three knobs turned, or one that is taken back. */
function edited(model: ValueMap, all: readonly Knob[], random: () => number): Edit {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const single = all.filter(({values}) => values.length === 1);
  const several = all.filter(({values}) => values.length > 1);
  const isTakenBack = random() < 0.25;
  const chosen = isTakenBack
    ? [pick(single)]
    : Array.from({length: random() < 0.6 ? 1 : 2 + Math.floor(random() * 2)}, () => pick(several));
  let next = model;
  const names: string[] = [];
  for (const {name, path, values} of chosen) {
    const value = pick(values);
    if (name === 'another file of an audit device' && valueAt(model, path) === null) continue;
    names.push(`${name} = ${JSON.stringify(value)} (was ${JSON.stringify(valueAt(next, path))})`);
    next = withValue(next, path, value);
  }
  return {next, names, isTakenBack};
}

/** Writes it, reloads, looks; starts anew, looks again. */
async function tried(
  server: Server,
  model: ValueMap,
  before: Behaviour,
): Promise<{impact: KeyImpact; why: string}> {
  server.configure(rendered(model));
  await server.reload();
  const reloaded = await behaviourOf(server);
  if (!(await server.restart())) return {impact: 'refuse', why: server.lastWords()};
  const restarted = await behaviourOf(server);
  const [atOnce, atStart] = [differences(before, reloaded), differences(reloaded, restarted)];
  if (atStart !== '') return {impact: 'restart', why: atStart};
  return atOnce === '' ? {impact: 'none', why: 'nothing differs'} : {impact: 'reload', why: atOnce};
}

function differences(one: Behaviour, other: Behaviour): string {
  return Object.keys(one)
    .filter((name) => one[name] !== other[name])
    .map((name) => `${name}: ${one[name]} → ${other[name]}`)
    .join(', ');
}

function certificate(directory: string, name: string): void {
  const to = ['-keyout', join(directory, 'a.key'), '-out', join(directory, `${name}.pem`)];
  const reuse =
    name === 'a'
      ? ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', ...to]
      : ['-key', join(directory, 'a.key'), '-out', join(directory, `${name}.pem`)];
  execFileSync('openssl', ['req', '-x509', '-nodes', '-subj', `/CN=${name}`, '-days', '2', ...reuse], {
    stdio: 'ignore',
  });
}

/** @see https://github.com/bryc/code/blob/master/jshash/PRNGs.md (mulberry32) */
function randomNumbers(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
