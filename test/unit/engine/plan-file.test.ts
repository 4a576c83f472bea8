import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {nameOf} from '../../../src/engine/plan-file/collect.ts';
import {differencesOf} from '../../../src/engine/plan-file/compare.ts';
import {hmacOf, newKey, type Plan, planText, readPlan} from '../../../src/engine/plan-file/format.ts';
import {VprovError} from '../../../src/errors/index.ts';

let directory = '';

beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'vprov-plan-'));
});

afterAll(() => rmSync(directory, {recursive: true}));

const key = newKey();
const change = {
  host: 'wallpi',
  task: 'it',
  ref: 'path:/etc/x',
  attributes: [{name: 'mode', before: hmacOf(key, '0644'), after: hmacOf(key, '0600')}],
} as const;
const plan: Plan = {
  v: 1,
  made: '2026-11-25T00:00:00.000Z',
  key,
  request: {playbook: 'site.yml', inventory: [], tags: [], skipTags: [], extraVars: []},
  sources: [{file: 'site.yml', hmac: 'a'}],
  changes: [change],
  actions: [],
  unknown: [],
};

function written(text: string): string {
  const file = path.join(directory, 'site.plan');
  writeFileSync(file, text);
  return file;
}

function refusal(text: string): string {
  try {
    readPlan(written(text));
  } catch (error) {
    if (!(error instanceof VprovError)) throw error;
    return error.message.replace(/^\S+ /, '');
  }
  return 'read';
}

describe('the file of a plan', () => {
  it('gives back what was written', () => {
    expect(readPlan(written(planText(plan)))).toEqual(plan);
  });

  it('is refused when a single letter of it was changed, or its end is missing', () => {
    const text = planText(plan);
    const changed = 'was changed after it was made, or is not whole';
    expect(refusal(text.replace('/etc/x', '/etc/y'))).toBe(changed);
    expect(refusal(text.replace(/.\n$/, '\n'))).toBe(changed);
    expect(refusal(text.slice(0, text.indexOf('\n') + 1))).toBe(changed);
    expect(refusal(text.slice(0, 40))).toBe('is no plan');
  });

  it('is refused when it is something else, or of another version', () => {
    expect(['', '[]', '{"v":1}', 'null', '{"v":1,"key":"x"}'].map(refusal)).toEqual(
      Array(5).fill('is no plan'),
    );
    expect(refusal(JSON.stringify({...plan, v: 2}))).toBe('is a plan of another version (2)');
    expect(() => readPlan(path.join(directory, 'none'))).toThrow('cannot be read: no such file');
  });
});

describe('two plans', () => {
  const now = (changes: Partial<Plan>): readonly string[] => differencesOf(plan, {...plan, ...changes});

  it('of the same have no difference', () => {
    expect(now({})).toEqual([]);
  });

  it('differ by what each alone would change, run or not know', () => {
    expect(now({changes: [change, change]})).toEqual(['wallpi, it: /etc/x would change, too']);
    expect(now({changes: []})).toEqual(['wallpi, it: /etc/x would not change any more']);
    expect(now({actions: [{host: 'wallpi', task: 'b'}]})).toEqual([
      'wallpi, b would run, and did not before',
    ]);
    expect(now({unknown: [{host: 'wallpi', task: 'b'}]})).toEqual([
      'wallpi, b would be known only after the run, and did not before',
    ]);
    expect(now({sources: [{file: 'other.yml', hmac: 'a'}]})).toEqual([
      'site.yml is not read any more',
      'other.yml is read, and was not before',
    ]);
  });

  it('differ by what is there, and by what is wanted', () => {
    const with_ = (attributes: Plan['changes'][number]['attributes']) =>
      now({changes: [{...change, attributes}]});
    const [mode] = change.attributes;
    expect(with_([{...mode, before: 'x'}])).toEqual(['wallpi, it: /etc/x: mode is not what it was']);
    expect(with_([{...mode, after: 'x'}])).toEqual(['wallpi, it: /etc/x: mode would become something else']);
    expect(with_([])).toEqual(['wallpi, it: /etc/x: mode would not change any more']);
    expect(with_([mode, {name: 'owner'}])).toEqual(['wallpi, it: /etc/x: owner would change, too']);
  });
});

describe('of -e a plan', () => {
  it.each([
    ['level=secret', 'level'],
    ['{"level": "secret"}', 'JSON'],
    ['@vars.yml', '@vars.yml'],
    ['just a secret', 'JSON'],
  ])('knows %s as %s', (text, name) => {
    expect(nameOf(text)).toBe(name);
  });
});
