import {describe, expect, it} from 'vitest';
import {run} from '../../../src/engine/index.ts';
import {makeProject} from '../inventory/project.ts';
import {type} from './console.ts';

describe('a mistake of many hosts that stands in one place', () => {
  it.each([
    ['exec all -i i.yml -- true'],
    ['facts -i i.yml'],
    ['trust -i i.yml'],
    ['net -i i.yml --to 22'],
    ['validate site.yml -i i.yml'],
  ])('is told once: %s', async (line) => {
    const directory = makeProject({
      'i.yml': 'web: {hosts: {"pi[01:50]": {port: 70000}, "db-[a:c]:99999": {}}}\n',
      'site.yml': '- hosts: all\n  tasks: [{debug: {msg: x}}]\n',
    });
    const {stderr, stdout, exitCode} = await type(line, run, {cwd: directory});
    expect(`${stdout}${stderr}`.match(/^error: .*$/gm)).toEqual([
      "error: the connection variable port '70000' is not a whole number from 1 to 65535 [ENG005]",
      "error: the connection variable port '99999' is not a whole number from 1 to 65535 [ENG005]",
    ]);
    expect(exitCode).toBe(1);
  });
});

describe('vprov net --address', () => {
  const inventory = {
    'i.yml':
      'web: {hosts: {wallpi: {lan_address: 192.0.2.1}, deskpi: {lan_address: 192.0.2.2}, atticpi: {host: 192.0.2.3}}}\n',
  };

  it.each([
    ['web', 'lan_adress', 'wallpi, deskpi, atticpi have', "did you mean 'lan_address'?"],
    ['web', 'nothing', 'wallpi, deskpi, atticpi have', 'name a variable that each of them has'],
    ['web', 'lan_address', 'atticpi has', 'name a variable that each of them has'],
  ])('with a variable that not every host has is a mistake: %s, %s', async (pattern, name, who, hint) => {
    const told = await type(`net ${pattern} -i i.yml --to 22 --address ${name}`, undefined, {
      cwd: makeProject(inventory),
    });
    expect([told.exitCode, told.stdout]).toEqual([1, '']);
    expect(told.stderr).toContain(`error: ${who} no variable '${name}' with an address [ENG018]\n`);
    expect(told.stderr).toContain(hint);
  });
});
