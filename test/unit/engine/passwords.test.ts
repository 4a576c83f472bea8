import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {type Event, run} from '../../../src/engine/index.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'vprov-passwords-'));
  mkdirSync(path.join(folder, 'inventory'));
  writeFileSync(
    path.join(folder, 'inventory', 'hosts.yml'),
    'all: {hosts: {a: {become_password: canary-one}, b: {ansible_become_password: canary-two}}}\n',
  );
});

afterAll(() => rmSync(folder, {recursive: true}));

async function validate(play: string, ...extraVars: readonly string[]): Promise<string> {
  writeFileSync(path.join(folder, 'p.yml'), play);
  const running = run({
    playbook: 'p.yml',
    inventory: [],
    tags: [],
    skipTags: [],
    mode: 'validate',
    diff: true,
    extraVars: extraVars.map((text) => ({text})),
    forks: 1,
    detailedExitcode: false,
    cwd: folder,
    signal: new AbortController().signal,
    now: Date.now,
    environment: {XDG_CACHE_HOME: folder},
  });
  const events: Event[] = [];
  for await (const event of running.events) events.push(event);
  await running.done;
  return JSON.stringify(events);
}

describe('a password of become', () => {
  it.each([
    ['its own', '{{ become_password }}', []],
    ["another host's", '{{ hostvars.b.become_password }}', []],
    ["another host's under Ansible's name", '{{ hostvars.b.ansible_become_password }}', []],
    ['one from -e', '{{ become_password }}', ['become_password=canary-three']],
  ])('is not shown in validation: %s', async (_name, text, extraVars) => {
    const said = await validate(
      `- {hosts: a, tasks: [{assert: {that: 1 == 2, fail_msg: "no ${text}"}}]}\n`,
      ...extraVars,
    );
    expect(said).toContain('‹');
    expect(said).not.toContain('canary');
  });
});
