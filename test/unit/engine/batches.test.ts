import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {courseOf} from '../../../src/engine/batches.ts';
import type {Order, Pace} from '../../../src/playbook/index.ts';
import type {ScalarNode} from '../../../src/source/index.ts';
import {createScope, layerOfData} from '../../../src/values/index.ts';
import {readPlay} from '../playbook/read.ts';

const hosts = ['e', 'c', 'a', 'd', 'b'];
const scope = createScope([layerOfData({n: 2, sizes: [1, '50%'], none: 'few'}, 'test')]);

function paceOf(keywords: string): Pace {
  return readPlay(`- hosts: all\n${keywords ? `  ${keywords}\n` : ''}  tasks: []\n`).pace;
}

function written(text: string): ScalarNode {
  return {
    type: 'scalar',
    value: text,
    text,
    style: 'plain',
    raw: false,
    source: {file: '', line: 1, column: 1},
  };
}

function batches(keywords: string, random = () => 0): readonly string[] {
  return courseOf(hosts, paceOf(keywords), scope, random).batches.map((batch) => batch.join(''));
}

describe('the batches of a play', () => {
  it.each([
    ['', ['ecadb']],
    ['serial: 2', ['ec', 'ad', 'b']],
    ["serial: '2'", ['ec', 'ad', 'b']],
    ['serial: 0', ['ecadb']],
    ['serial: 9', ['ecadb']],
    ['serial: 50%', ['ec', 'ad', 'b']],
    ['serial: 1%', ['e', 'c', 'a', 'd', 'b']],
    ['serial: [1, 3]', ['e', 'cad', 'b']],
    ["serial: [1, '40%']", ['e', 'ca', 'db']],
    ['serial: [1, 0]', ['e', 'cadb']],
    ["serial: '{{ n }}'", ['ec', 'ad', 'b']],
    ["serial: '{{ n }}0%'", ['e', 'c', 'a', 'd', 'b']],
    ["serial: '{{ sizes }}'", ['e', 'ca', 'db']],
    ['order: inventory', ['ecadb']],
    ['order: reverse_inventory', ['bdace']],
    ['order: sorted', ['abcde']],
    ['order: reverse_sorted', ['edcba']],
    ['order: sorted\n  serial: 2', ['ab', 'cd', 'e']],
  ])('%s', (keywords, expected) => {
    expect(batches(keywords)).toEqual(expected);
  });

  it('are one without hosts when there are none', () => {
    expect(courseOf([], paceOf('serial: 2'), scope, () => 0).batches).toEqual([[]]);
  });

  it('hold every host once, whatever sizes and order', () => {
    const none = paceOf('');
    const size = fc.oneof(
      fc.nat(7),
      fc.nat(120).map((percent) => `${percent}%`),
    );
    const order = fc.constantFrom<Order | undefined>(undefined, 'sorted', 'reverse_inventory', 'shuffle');
    const random = fc.double({min: 0, max: 1, maxExcluded: true, noNaN: true});
    fc.assert(
      fc.property(fc.array(size, {maxLength: 4}), order, fc.infiniteStream(random), (serial, one, stream) => {
        const pace = {...none, serial: serial.map((text) => written(String(text))), order: one};
        const course = courseOf(hosts, pace, scope, () => stream.next().value);
        expect(course.batches.flat().toSorted()).toEqual(hosts.toSorted());
        expect(course.batches.every((batch) => batch.length > 0)).toBe(true);
      }),
    );
  });

  it('shuffle every host to every place', () => {
    const first = (random: number) => batches('order: shuffle', () => random)[0]?.[0];
    expect([0, 0.25, 0.45, 0.65, 0.99].map(first)).toEqual(['e', 'c', 'a', 'd', 'b']);
  });

  it('are a mistake when a template gives something else', () => {
    expect(() => batches("serial: '{{ none }}'")).toThrow(
      'serial is not a number of hosts or a percentage: few',
    );
  });
});

describe('the failures that a play bears', () => {
  it.each([
    ['', undefined, false],
    ['strategy: linear', undefined, true],
    ['strategy: free', undefined, false],
    ['any_errors_fatal: true', 0, true],
    ['max_fail_percentage: 30', 0.3, true],
    ["max_fail_percentage: '{{ n }}5%'", 0.25, true],
    ['max_fail_percentage: 30\n  any_errors_fatal: true', 0, true],
  ])('%s', (keywords, bears, inStep) => {
    expect(courseOf(hosts, paceOf(keywords), scope, () => 0)).toMatchObject({bearsFailures: bears, inStep});
  });
});
