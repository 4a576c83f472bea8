import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {connectionAliases} from '../../../src/inventory/index.ts';
import {catalogue} from '../../../src/modules/index.ts';
import {
  laterPlayKeywords,
  laterTaskKeywords,
  playKeywords,
  taskKeywords,
} from '../../../src/playbook/keywords.ts';
import {functions} from '../../../src/values/functions/table.ts';
import {codesOf, partOf, rowsOf} from './markdown.ts';
import {mistakesOfProject} from './project.ts';

const page = readFileSync('docs/language.md', 'utf8');

/** Keywords in the left column of a part's first table: those that its right column calls not yet, or the others. */
function keywords(title: string, isLater: boolean): readonly string[] {
  return rowsOf(partOf(page, title))
    .filter(([, says = '']) => says.startsWith('not yet') === isLater)
    .flatMap(([names = '']) => codesOf(names))
    .map((name) => name.replace(/:.*/, ''));
}

describe('docs/language.md', () => {
  it('names every keyword of a play', () => {
    expect(keywords('Plays', false)).toEqual(expect.arrayContaining([...playKeywords]));
    expect(keywords('Plays', true)).toEqual(expect.arrayContaining([...laterPlayKeywords]));
  });

  it('names every keyword of a task', () => {
    expect(keywords('Tasks', false)).toEqual(expect.arrayContaining([...taskKeywords]));
    expect(keywords('Tasks', true)).toEqual(expect.arrayContaining([...laterTaskKeywords]));
  });

  it.each(keywords('Plays', true))("is right that '%s' is not yet a keyword of a play", async (name) => {
    const found = await mistakesOf(`- hosts: all\n  ${name}: x\n  tasks: []\n`);
    expect(found.filter((message) => message.endsWith(`'${name}' is not supported yet`))).toHaveLength(1);
  });

  it.each(
    keywords('Tasks', true).filter(
      (name) => !name.includes('…') && !['label', 'loop_control', 'rescue', 'always'].includes(name),
    ),
  )("is right that '%s' is not yet a keyword of a task", async (name) => {
    const found = await mistakesOf(`- hosts: all\n  tasks:\n    - debug: x\n      ${name}: x\n`);
    expect(found.filter((message) => message.endsWith(`'${name}' is not supported yet`))).toHaveLength(1);
  });

  it('names every function that only templates have', () => {
    const named = codesOf(partOf(page, 'Templates')).flatMap((code) => code.split(' '));
    const ofTemplates = [...functions.values()].filter(({templateOnly}) => templateOnly);
    expect(named).toEqual(expect.arrayContaining(ofTemplates.map(({name}) => name)));
  });

  it('names every connection variable', () => {
    const named = codesOf(partOf(page, 'Inventory'));
    expect(named).toEqual(expect.arrayContaining([...new Set(connectionAliases.values())]));
  });

  it('says how check mode treats every module', () => {
    const named = rowsOf(partOf(page, 'Check mode'))
      .flatMap(([first = '']) => codesOf(first))
      .flatMap((code) => code.split(' '));
    expect(named).toEqual(expect.arrayContaining([...catalogue().modules.keys()]));
  });
});

describe('a translation of a condition or template from Jinja', () => {
  const variables = `{x: text, v: '1.10', port: 8200, items: [1], flag: true, a: p, b: q, l: [a], m: {k: s}, k: k, name: a, names: [a]}`;

  it.each(translations('Conditions'))('is one of a mistake: %s', async (jinja) => {
    expect(await mistakesOf(conditionPlay(jinja))).not.toEqual([]);
  });

  it.each(rowsOf(partOf(page, 'Conditions')).flatMap(([, ours = '']) => codesOf(ours).map(asCondition)))(
    'is no mistake itself: %s',
    async (condition) => {
      const found = await mistakesOf(conditionPlay(condition));
      expect(found.filter((message) => !message.includes('the condition is'))).toEqual([]);
    },
  );

  it.each(
    rowsOf(partOf(page, 'Templates'))
      .flatMap(([, ours = '']) => codesOf(unescaped(ours)))
      .filter(isWhole),
  )('is no mistake itself: %s', async (template) => {
    expect(await mistakesOf(templatePlay(template))).toEqual([]);
  });

  function conditionPlay(condition: string): string {
    return `- hosts: all\n  vars: ${variables}\n  tasks:\n    - debug: x\n      when: ${condition}\n`;
  }

  function templatePlay(template: string): string {
    const names = variables.replace('b: q', 'b: 1');
    return `- hosts: all\n  vars: ${names}\n  tasks:\n    - debug: |\n        ${template}\n`;
  }
});

/** The left cells of a part's table, as they stand after \`when:\`; names alone are left out. */
function translations(title: string): readonly string[] {
  return rowsOf(partOf(page, title))
    .flatMap(([jinja = '']) => codesOf(unescaped(jinja)).map(asCondition))
    .filter((condition) => !/^\w+$/.test(condition));
}

function asCondition(code: string): string {
  return code.replace(/^when: /, '');
}

/** A template that needs nothing around it: some cells show a part, such as \`@first\`. */
function isWhole(template: string): boolean {
  return template.startsWith('{{') && !template.startsWith('{{~');
}

function unescaped(cell: string): string {
  return cell.replaceAll('\\|', '|');
}

function mistakesOf(playbook: string): Promise<readonly string[]> {
  return mistakesOfProject({'inventory/hosts.yml': 'web: {hosts: {wallpi: }}\n', 'site.yml': playbook});
}
