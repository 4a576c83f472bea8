import {describe, expect, test} from 'vitest';
import {Secret, Unknown} from '../../../src/text/index.ts';
import {render, renderTemplate, SecretText} from '../../../src/values/index.ts';
import {mistakesOf, nodeOf, scopeOf} from './nodes.ts';

const variables = `
a: 1
b: "{{ a }}"
c: "{{ b }}x"
flag: false
list: [1, 2]
hosts: [{name: x, up: true}, {name: y}]
map: {k: v, nothing: null}
version: 1.20
big: 9007199254740993
bigs: {ids: [9007199254740993]}
lower: a variable named like a function
`;
const scope = scopeOf(variables, {
  data: '{{ a }}',
  token: new Secret('token', 'hunter2'),
  later: new Unknown('it is not made yet'),
  facts: {os: 'linux', arch: new Unknown('facts are not gathered')},
});
const rendered = (template: string) => render(nodeOf(JSON.stringify(template)), scope);
const mistakes = (template: string) => mistakesOf(() => rendered(template));

describe('a template that is one expression keeps the type of its value', () => {
  test.each([
    ['{{ a }}', 1],
    ['{{b}}', 1],
    ['{{ list }}', [1, 2]],
    ['{{ map }}', {k: 'v', nothing: null}],
    ['{{ map.k }}', 'v'],
    ['{{ map.nothing }}', null],
    ['{{ list.[1] }}', 2],
    ['{{ list.length }}', 2],
    ['{{ hosts.[0].name }}', 'x'],
    ['{{ lookup map "k" }}', 'v'],
    ['{{ keys map }}', ['k', 'nothing']],
    ['{{ default nope 3 }}', 3],
    ['{{ default nope.deep 3 }}', 3],
    ['{{ default map.nothing 3 }}', 3],
    ['{{ default flag true }}', false],
    ['{{ defined nope }}', false],
    ['{{ defined map.k }}', true],
    ['{{ lower }}', 'a variable named like a function'],
    ['{{ @root.a }}', 1],
  ])('%s', (template, value) => {
    expect(rendered(template)).toEqual(value);
  });
});

describe('every other template is text', () => {
  test.each([
    ['{{ a }} ', '1 '],
    ['{{ c }}', '1x'],
    ['v{{ version }}', 'v1.20'],
    ['{{ flag }}!', 'false!'],
    ['{{{ a }}}<', '1<'],
    ['<{{ map.k }}>', '<v>'],
    ['\\{{ a }}', '{{ a }}'],
    ['{{! a comment }}x', 'x'],
    ['{{ data }}.', '{{ a }}.'],
    ['{{#if flag}}y{{else}}n{{/if}}', 'n'],
    ['{{#unless flag}}n{{/unless}}', 'n'],
    ['{{^if flag}}n{{/if}}', 'n'],
    ['{{#if (eq a 1)}}one{{else if (eq a 2)}}two{{/if}}', 'one'],
    ['{{#if (defined nope)}}{{ nope }}{{else}}none{{/if}}', 'none'],
    ['{{#if (and (defined nope) nope.deep)}}x{{/if}}', ''],
    ['{{#if (not flag)}}y{{/if}}', 'y'],
    ['{{#each list}}{{this}}{{#unless @last}},{{/unless}}{{/each}}', '1,2'],
    ['{{#each list as |item index|}}{{index}}={{item}};{{/each}}', '0=1;1=2;'],
    ['{{#each hosts as |host|}}{{host.name}}{{#if (default host.up ../flag)}}+{{/if}}{{/each}}', 'x+y'],
    ['{{#each hosts}}{{name}}{{../a}}{{@index}}{{@first}} {{/each}}', 'x10true y11false '],
    ['{{#each map}}{{@key}}={{default this "-"}};{{/each}}', 'k=v;nothing=-;'],
    ['{{#each list}}{{#each ../list}}{{../this}}{{this}} {{/each}}{{/each}}', '11 12 21 22 '],
    ['{{#each list}}{{#each ../list}}{{@../index}}{{@index}} {{/each}}{{/each}}', '00 01 10 11 '],
    ['{{#each hosts}}{{#if name}}{{name}}{{../a}}{{/if}}{{/each}}', 'x1y1'],
    ['{{#with map}}{{k}}{{../a}}{{/with}}', 'v1'],
    ['{{#with map.nothing}}x{{else}}none{{/with}}', 'none'],
    ['{{#with map as |m|}}{{m.k}}{{/with}}', 'v'],
    ['{{#each map.nothing}}x{{else}}none{{/each}}', 'none'],
    ['a{{~ map.k ~}} b', 'avb'],
  ])('%s', (template, text) => {
    expect(rendered(template)).toBe(text);
  });
});

describe('a name that nothing defines is found wherever it stands', () => {
  test.each([
    '{{ nope }}',
    '{{#if nope}}{{/if}}',
    '{{#if flag}}{{ nope }}{{/if}}',
    '{{#each nope}}{{/each}}',
    '{{#with nope}}{{/with}}',
    '{{quote nope}}',
    '{{#if (eq nope 1)}}{{/if}}',
    '{{#each list}}{{ ../nope }}{{/each}}',
    '{{ @root.nope }}',
    '{{ default a nope }}x',
    '{{lookup nope a}}',
  ])('%s', (template) => {
    const at = template.search(/(?:\.\.\/|@root\.)?nope/);
    // Columns count from 1, and a quote stands before the template.
    expect(mistakes(template)).toEqual([`VAL001 1:${at + 2} 'nope' is not defined`]);
  });
});

describe('a mistake says what it is and what to do', () => {
  test.each([
    ['{{ lists }}', "VAL001 1:5 'lists' is not defined [did you mean 'list'?]"],
    ['{{ map.kk }}', "VAL002 1:9 'map' has no 'kk' [did you mean 'k'?]"],
    ['{{ facts.oss }}', "VAL002 1:11 'facts' has no 'oss' [did you mean 'os'?]"],
    ['{{ lookup map "zz" }}', "VAL002 1:18 the value has no 'zz'"],
    ['{{ a.b }}', "VAL002 1:7 'a' has no 'b' (it is a number)"],
    [
      '{{#each list}}{{a}}{{/each}}',
      "VAL002 1:18 the item has no 'a' (it is a number) [the variable of that name is ../a here]",
    ],
    [
      'x{{ list }}',
      `VAL006 1:6 'list' is a list, which cannot stand in a text [json list, or join list ","]`,
    ],
    ['x{{ map }}', "VAL006 1:6 'map' is a map, which cannot stand in a text [json map]"],
    [
      'x{{ map.nothing }}',
      `VAL006 1:6 'map.nothing' is null, which cannot stand in a text [default map.nothing ""]`,
    ],
    [
      '{{#each a}}{{/each}}',
      "VAL006 1:10 #each needs a list or a map, but 'a' is a number [a condition is {{#if x}}; what is repeated is a list: [a, b]]",
    ],
    ['{{ lowr c }}', "VAL004 1:5 no such function: lowr [did you mean 'lower'?]"],
    [
      '{{ 9007199254740993 }}',
      'VAL011 1:5 9007199254740993 is beyond 2^53 [keep large numbers as texts: in quotes where they are written]',
    ],
    [
      '{{ add big 1 }}',
      'VAL011 1:5 9007199254740992 is beyond 2^53: it is not the number that was written [keep large numbers as texts: in quotes where they are written]',
    ],
    [
      '{{ multiply 4503599627370497 2 }}',
      'VAL011 1:5 multiply makes 9007199254740994, which is beyond 2^53 [keep large numbers as texts: in quotes where they are written]',
    ],
    [
      '{{ json bigs }}',
      'VAL011 1:5 9007199254740992 is beyond 2^53: it is not the number that was written [keep large numbers as texts: in quotes where they are written]',
    ],
    ['{{ bool c }}', 'VAL005 1:5 bool: \'1x\' is neither true nor false [compare it: eq x "yes"]'],
    ['{{ lower a }}', 'VAL005 1:5 lower: text must be a string, but is a number [quote the number]'],
    ['{{ replace c }}', 'VAL005 1:5 replace takes 3 arguments (text from to), but has 1'],
    ['{{ json a indent=2 }}', 'VAL005 1:12 json takes no named arguments'],
    ['{{#foo a}}{{/foo}}', 'VAL004 1:5 no such block: #foo [blocks are #if, #unless, #each and #with]'],
    [
      '{{#if a flag}}{{/if}}',
      'VAL005 1:5 #if takes one value [put a function and its arguments in parentheses: {{#if (eq a b)}}]',
    ],
    ['{{> partial}}', 'VAL003 1:2 partials and decorators are not part of templates here'],
    [
      '{{ @index }}',
      "VAL001 1:5 '@index' has a meaning inside #each only [put it between {{#each list}} and {{/each}}; {{#each list as |item index|}} gives names]",
    ],
    ['{{ ../a }}', "VAL003 1:5 '../a' leaves the template: too many ../"],
    ['{{ this }}', "VAL003 1:5 no #each or #with gives 'this' a meaning [name the variable]"],
    ['{{#if a}}', 'VAL003 1:2 {{#if}} is never closed [{{/if}} ends it]'],
    ['{{#if a}}{{/each}}', 'VAL003 1:14 {{/each}} ends a block that {{#if}} began [{{/if}} ends it]'],
    [
      'a {{ b',
      'VAL003 1:4 {{ without its }} [}} ends it; write !raw before the value when the braces are meant for somebody else]',
    ],
    [
      '{{ list.0 }}',
      "VAL003 1:5 'list.0' is not a template expression [an item of a list is written list.[0]]",
    ],
    ['{{ a == 1 }}', "VAL003 1:5 'a == 1' is not a template expression [(eq a 1)]"],
    [
      '{{ lower(c) }}',
      "VAL003 1:5 'lower(c)' is not a template expression [arguments follow a space: {{ lower c }}]",
    ],
    [
      "{{ c.startswith('x') }}",
      "VAL003 1:5 'c.startswith('x')' is not a template expression [functions come first: {{ starts_with c 'x' }}]",
    ],
    [
      "{{ ', '.join(list) }}",
      "VAL003 1:5 '', '.join(list)' is not a template expression [functions come first: {{ join list ', ' }}]",
    ],
    [
      "{{ groups['web'][0] }}",
      "VAL003 1:5 'groups['web'][0]' is not a template expression [what is in it is written groups.web.[0]]",
    ],
    [
      "{{ lookup('env', 'X') }}",
      "VAL003 1:5 'lookup('env', 'X')' is not a template expression [it is a function by itself: {{ env 'X' }}]",
    ],
    [
      '{{ c | replace("a", "b") }}',
      `VAL013 1:7 'c | replace("a", "b")' is a Jinja filter; functions here come first [{{ replace c "a" "b" }}]`,
    ],
    [
      '{% if a %}x{% endif %}',
      "VAL013 1:2 '{% if a %}' is Jinja; templates here are Handlebars [{{#if x}} … {{else}} … {{/if}}, {{#each list as |item|}} … {{/each}}]",
    ],
    [
      '{{#if (eq a "1")}}y{{/if}}',
      'VAL005 1:9 a number is never equal to a string [compare a number with a number, a text with a text]',
    ],
    [
      '{{#if (eq token 8200)}}y{{/if}}',
      'VAL005 1:9 a string is never equal to a number [an encrypted value is a text; the number that it is: (int x)]',
    ],
    [
      '{{#if (ne list token)}}y{{/if}}',
      'VAL005 1:9 a list is never equal to a string [whether x is in a list: x in list, in a template contains list x]',
    ],
    [
      '{{#if (lt "1.10" "1.9")}}y{{/if}}',
      `VAL005 1:9 lt would compare '1.10' and '1.9' letter by letter [version_compare a ">=" b]`,
    ],
  ])('%s', (template, message) => {
    expect(mistakes(template)).toEqual([message]);
  });

  test('all mistakes of a text are told at once, in a loop once', () => {
    expect(mistakes('{{ nope }} {{#each list}}{{ typo }}{{/each}} {{ map.zz }} {{#if nope}}{{/if}}')).toEqual(
      [
        "VAL001 1:5 'nope' is not defined",
        "VAL002 1:30 the item has no 'typo' (it is a number)",
        "VAL002 1:54 'map' has no 'zz'",
      ],
    );
  });
});

describe('an unknown', () => {
  test.each([
    '{{ later }}',
    'x{{ later }}',
    '{{ facts.arch }}',
    '{{#if later}}{{/if}}',
    '{{ lower later }}',
    '{{ json facts }}',
  ])('makes %s unknown', (template) => {
    expect(rendered(template)).toBeInstanceOf(Unknown);
  });

  test.each([
    ['{{ facts.os }}!', 'linux!'],
    ['{{#if (or later true)}}y{{/if}}', 'y'],
    ['{{#if (and later flag)}}y{{else}}n{{/if}}', 'n'],
    ['{{#if (defined later)}}y{{/if}}', 'y'],
  ])('does no harm in %s', (template, text) => {
    expect(rendered(template)).toBe(text);
  });

  test('hides no mistake beside it', () => {
    expect(mistakes('{{ later }} {{ map.zz }}')).toEqual(["VAL002 1:21 'map' has no 'zz'"]);
  });
});

describe('a secret stays one', () => {
  test('alone, inside a text, and through functions', () => {
    expect(rendered('{{ token }}')).toBeInstanceOf(Secret);
    const text = rendered('a{{ token }}b');
    expect(text).toBeInstanceOf(SecretText);
    expect(String(text)).toBe('a‹token›b');
    const encoded = rendered('{{ base64 token }}');
    expect(encoded).toBeInstanceOf(Secret);
    expect(encoded instanceof Secret && encoded.reveal()).toBe(Buffer.from('hunter2').toString('base64'));
    expect(rendered('{{ length token }}')).toBe(7);
    expect(rendered('{{#if (eq token "hunter2")}}same{{/if}}')).toBe('same');
  });

  test('in the message of a function that refuses it', () => {
    const [mistake] = mistakes('{{ version_compare token ">" "1.0" }}');
    expect(mistake).toContain('‹token›');
    expect(mistake).not.toContain('hunter2');
  });
});

describe('a template file', () => {
  test('gives a text in which secrets are marked', () => {
    const text = renderTemplate(
      {text: 'a = {{ token }}\n{{#each list}}\n{{this}}\n{{/each}}\n', file: 'x.hbs'},
      scope,
    );
    expect(text).toEqual(['a = ', expect.any(Secret), '\n1\n2\n']);
  });

  test('has its mistakes at their lines', () => {
    const template = {text: 'a\n  b {{ nope }}\n{{#each list}}\n  {{ map }}\n{{/each}}', file: 'x.hbs'};
    expect(mistakesOf(() => renderTemplate(template, scope))).toEqual([
      "VAL001 2:8 'nope' is not defined",
      "VAL002 4:6 the item has no 'map' (it is a number) [the variable of that name is ../map here]",
    ]);
  });

  test('that reads an unknown is that unknown', () => {
    expect(renderTemplate({text: '{{ later }}\n', file: 'x.hbs'}, scope)).toBeInstanceOf(Unknown);
  });
});
