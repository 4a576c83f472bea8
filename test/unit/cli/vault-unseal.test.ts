import {expect, it} from 'vitest';
import {makeProject} from '../inventory/project.ts';
import {type} from './console.ts';

it('says where vprov vault unseal is to be run', async () => {
  const cwd = makeProject({'inventory/hosts.yml': 'all: {hosts: {wallpi: {}}}\n'});
  const {stderr, exitCode} = await type('vault unseal', undefined, {cwd});
  expect(exitCode).toBe(1);
  expect(stderr).toBe(
    `error: there is no playbooks/vault-unseal.yml in ${cwd}\n  hint: run it in the folder that has it, or name it: vprov vault unseal PATH\n`,
  );
});
