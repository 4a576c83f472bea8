import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {lowerTemplate} from '../../../src/values/template/lower.ts';
import {plainProgram} from '../../../src/values/template/plain.ts';

describe('a template of names and texts', () => {
  const name = fc.stringMatching(/^[A-Za-z_]\w{0,6}$/);
  const word = fc.constantFrom(
    'this',
    'else',
    'true',
    'null',
    'undefined',
    'as',
    'if',
    'default',
    'lookup',
    'not',
  );
  const path = fc.array(fc.oneof({weight: 9, arbitrary: name}, word), {minLength: 1, maxLength: 3});
  const space = fc.constantFrom('', ' ', '  ', '\t');
  const output = fc
    .tuple(space, path, space)
    .map(([before, names, after]) => `{{${before}${names.join('.')}${after}}}`);
  const text = fc.oneof(
    fc.string({unit: 'grapheme', maxLength: 8}),
    fc.constantFrom('\n', ' \n\n', '{', '}', '\\', '\r\n', '{{', '~', '{%', '%}', '{{!x}}', '𝄞'),
  );

  it('comes to what Handlebars makes of it', () => {
    let plain = 0;
    fc.assert(
      fc.property(fc.array(fc.oneof(output, text), {maxLength: 6}), (parts) => {
        const template = parts.join('');
        const program = plainProgram(template);
        if (!program) return;
        plain += 1;
        expect(program).toEqual(lowerTemplate(template));
      }),
      {numRuns: 3000},
    );
    expect(plain).toBeGreaterThan(500);
  });

  it.each(['{{ a }}', 'x {{a.b}}:{{ c }} y\n{{d}}', 'no template'])('is seen to be one: %j', (template) => {
    expect(plainProgram(template)).toEqual(lowerTemplate(template));
  });

  it.each([
    '',
    '{{ f a }}',
    '{{{a}}}',
    '{{this}}',
    '{{a.else}}',
    '{{#if a}}{{/if}}',
    '{{~a}}',
    '\\{{a}}',
    '{{ a',
    '\u2028{{a}}',
  ])('is not seen in %j', (template) => expect(plainProgram(template)).toBeUndefined());
});
