import {describe, expect, test} from 'vitest';
import {Unknown} from '../../../src/text/index.ts';
import {renderTemplate, type ValueMap} from '../../../src/values/index.ts';
import {mistakesOf, scopeOf} from './nodes.ts';

const list = Array.from({length: 3}, (_, index) => ({name: `h${index}`}));
const text = '{{#each list}}{{name}}{{#if @root.flag}}:{{@root.port}}{{/if}} {{/each}}';
const render = (data: ValueMap, yaml = '') => renderTemplate({text, file: 't.hbs'}, scopeOf(yaml, data));

describe('a loop that was rendered before', () => {
  test('is not rendered again while all that it read is the same', () => {
    let reads = 0;
    const counting = Object.defineProperty({}, 'name', {
      enumerable: true,
      get: () => {
        reads += 1;
        return 'h';
      },
    });
    const items = [counting as {name: string}];
    expect(render({list: items, flag: false, port: 1})).toEqual(['h ']);
    const before = reads;
    expect(render({list: items, flag: false, port: 2, other: 2})).toEqual(['h ']);
    expect(reads).toBe(before);
  });

  test.each<readonly [string, ValueMap, string | undefined, string]>([
    ['a list', {list: [{name: 'x'}], flag: true, port: 1}, undefined, 'x:1 '],
    ['a number', {list, flag: true, port: 2}, undefined, 'h0:2 h1:2 h2:2 '],
    ['a condition', {list, flag: false, port: 1}, undefined, 'h0 h1 h2 '],
    ['how a number is written', {list, flag: true}, 'port: 0x1', 'h0:0x1 h1:0x1 h2:0x1 '],
  ])('is rendered again with another of %s', (_what, data, yaml, expected) => {
    expect(render({list, flag: true, port: 1})).toEqual(['h0:1 h1:1 h2:1 ']);
    expect(render(data, yaml)).toEqual([expected]);
    expect(render({list, flag: true, port: 1})).toEqual(['h0:1 h1:1 h2:1 ']);
  });

  test('is told again what is wrong with it, and is unknown again', () => {
    render({list, flag: true, port: 1});
    expect(mistakesOf(() => render({list, flag: true}))).toEqual(["VAL001 1:44 'port' is not defined"]);
    expect(mistakesOf(() => render({list, flag: true}))).toEqual(["VAL001 1:44 'port' is not defined"]);
    expect(render({list, flag: new Unknown('later'), port: 1})).toBeInstanceOf(Unknown);
    expect(render({list, flag: new Unknown('later'), port: 1})).toBeInstanceOf(Unknown);
  });
});
