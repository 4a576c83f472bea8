import {execFile} from 'node:child_process';
import {cpSync, mkdirSync, readFileSync, renameSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {must} from './docker.ts';

const exec = promisify(execFile);

/**
 * Builds HashiCorp's Vault, without its user interface, from the module that Go's proxy has.
 * The module has no part in `api` and `sdk`, which its go.mod replaces by folders beside it: the published modules of
 * the same names take their place. For tests on this machine: what is built is given to nobody.
 * The oldest uses names of Go's own packages that a linker of today keeps to itself.
 * @param version one whose go.mod requires published `api` and `sdk` that fit it
 * @param work a folder that is made anew
 * @param target where `vault` and `LICENSE` are to lie
 */
export async function buildVault(version: string, work: string, target: string): Promise<void> {
  rmSync(work, {recursive: true, force: true});
  mkdirSync(work, {recursive: true});
  const {stdout} = await exec('go', ['mod', 'download', '-json', `github.com/hashicorp/vault@v${version}`], {
    cwd: work,
  });
  const {Dir: module} = JSON.parse(stdout) as {readonly Dir: string};
  const source = join(work, 'source');
  cpSync(module, source, {recursive: true});
  // Go keeps what it downloaded read-only.
  await must('chmod', ['-R', 'u+w', source]);
  const beside = replacedByFolders(readFileSync(join(source, 'go.mod'), 'utf8'));
  await exec('go', ['mod', 'edit', ...beside.map((name) => `-dropreplace=${name}`)], {cwd: source});
  const built = join(work, 'built');
  await exec(
    'go',
    ['build', '-mod=mod', '-trimpath', '-ldflags=-s -w -checklinkname=0', '-o', join(built, 'vault'), '.'],
    {
      cwd: source,
      env: {...process.env, CGO_ENABLED: '0', GOTOOLCHAIN: 'auto'},
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  cpSync(join(source, 'LICENSE'), join(built, 'LICENSE'));
  mkdirSync(join(target, '..'), {recursive: true});
  rmSync(target, {recursive: true, force: true});
  renameSync(built, target);
}

/** The modules that a go.mod replaces by folders. */
function replacedByFolders(goMod: string): readonly string[] {
  return [...goMod.matchAll(/^replace (\S+)(?: \S+)? => \.\//gm)].map(([, name = '']) => name);
}
