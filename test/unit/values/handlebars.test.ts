import fc from 'fast-check';
import Handlebars from 'handlebars';
import {expect, test} from 'vitest';
import {render} from '../../../src/values/index.ts';
import {nodeOf, scopeOf} from './nodes.ts';

/**
 * We parse with Handlebars and evaluate ourselves. Where a template is right, the result must be what Handlebars
 * itself gives with `strict`, `noEscape` and `knownHelpersOnly`. (Outputs are kept apart by commas: with
 * `noEscape`, Handlebars adds neighbouring numbers, so that `{{seven}}{{seven}}` in a block is 14.)
 */
const data = {
  word: 'w<&>',
  number: 7,
  yes: true,
  no: false,
  empty: '',
  zero: 0,
  none: [],
  list: [
    {name: 'x', tags: [{t: 'p'}, {t: 'q'}]},
    {name: 'y', tags: []},
  ],
  map: {k: {v: 'kv'}, l: {v: 'lv'}},
};

type Place = 'top' | 'item' | 'tag';

const space = fc.constantFrom('', ' ', '\n', '  \n', 'text', '<');
const condition = fc.constantFrom('yes', 'no', 'empty', 'zero', 'none', 'word', 'list');

function outputs(place: Place): fc.Arbitrary<string> {
  const names = {
    top: ['word', 'number', 'yes', 'map.k.v', 'map/l.v', '@root.word', './word', 'this.number'],
    item: ['name', 'this.name', './name', '../word', '@index', '@first', '@last', '@key', '../map.k.v'],
    tag: ['t', '../name', '../../number', '@index', '@../index', '@root.number'],
  }[place];
  return fc
    .tuple(
      fc.constantFrom(...names),
      fc.constantFrom('{{x}}', '{{ x }}', '{{{x}}}', '{{~x}}', '{{x~}}', '{{&x}}'),
    )
    .map(([name, form]) => `${form.replace('x', () => name)},`);
}

function templates(place: Place, depth: number): fc.Arbitrary<string> {
  const parts: fc.Arbitrary<string>[] = [space, outputs(place)];
  if (depth > 0) {
    const inner = templates(place, depth - 1);
    const up = {top: '', item: '../', tag: '../../'}[place];
    const block = fc.tuple(fc.constantFrom('#if', '#unless', '^if'), condition, inner, inner, fc.boolean());
    parts.push(
      block.map(([kind, name, then, otherwise, isElse]) => {
        const close = kind.slice(1);
        return `{{${kind} ${up}${name}}}${then}${isElse ? `{{else}}${otherwise}` : ''}{{/${close}}}`;
      }),
    );
    if (place === 'top') {
      const item = templates('item', depth - 1);
      parts.push(item.map((body) => `{{#each list}}${body}{{/each}}`));
      parts.push(
        item.map((body) => `\n{{#each list as |one at|}}\n{{one.name}},{{at}},${body}\n{{/each}}\n`),
      );
      parts.push(space.map((text) => `{{#each map}}{{@key}}${text}{{v}}{{else}}none{{/each}}`));
      parts.push(space.map((text) => `{{#with map.k as |it|}}${text}{{it.v}},{{v}},{{../word}}{{/with}}`));
      parts.push(fc.constant('{{#each none}}x{{else}}none{{word}}{{/each}}{{! note }}\\{{word}}'));
    }
    if (place === 'item') {
      parts.push(templates('tag', depth - 1).map((body) => `{{#each tags}}${body}{{else}}-{{/each}}`));
    }
  }
  return fc.array(fc.oneof(...parts), {minLength: 1, maxLength: 4}).map((list) => list.join(''));
}

test('neighbouring numbers are written one after the other, not added', () => {
  const template = '{{#if yes}}{{number}}{{number}}{{/if}}';
  expect(render(nodeOf(JSON.stringify(template)), scopeOf('', data))).toBe('77');
});

test('right templates give what Handlebars gives', () => {
  const scope = scopeOf('', data);
  fc.assert(
    fc.property(templates('top', 3), (template) => {
      const text = `.${template}.`;
      const compiled = Handlebars.compile(text, {strict: true, noEscape: true, knownHelpersOnly: true});
      expect(render(nodeOf(JSON.stringify(text)), scope)).toBe(compiled(data));
    }),
    {numRuns: 150},
  );
});
