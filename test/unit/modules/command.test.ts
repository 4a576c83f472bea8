import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {programScript} from '../../../src/modules/command/script.ts';
import type {Action, ActionResult} from '../../../src/modules/index.ts';
import {mask, Secret, toText, Unknown, UnknownRead} from '../../../src/text/index.ts';
import type {ValueMap} from '../../../src/values/index.ts';
import {localPorts, noInputs} from './local-ports.ts';
import {facts} from './plan.ts';
import {mistakes, modules, task} from './task.ts';

const command = modules.modules.get('command')?.module as Action<ValueMap>;

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'vprov-command-'));
});
afterEach(() => rmSync(directory, {recursive: true}));

/** Runs it in a real shell. */
function run(yaml: string, variables: ValueMap = {}): Promise<ActionResult> {
  const written = task('command', yaml, {...variables, directory});
  expect(mistakes(written)).toEqual([]);
  return command.act(written.args, localPorts(), noInputs);
}

describe('command', () => {
  it('runs a program and keeps what it said', async () => {
    expect(await run(`argv: [sh, -c, 'echo one; echo two; echo three >&2']`)).toEqual({
      changed: true,
      result: {
        rc: 0,
        stdout: 'one\ntwo',
        stderr: 'three',
        stdout_lines: ['one', 'two'],
        stderr_lines: ['three'],
      },
    });
  });

  it('hands every word over as it is: no shell reads any of them', async () => {
    const nasty = `$(touch ${directory}/hit) \`x\` 'a' "b" \\ ; | & > < * ? ~ # ! {a,b} \n é`;
    const {result} = await run(`argv: [printf, '<%s>', '{{ nasty }}', '', -n]`, {nasty});
    expect(result.stdout).toBe(`<${nasty}><><-n>`);
    expect(existsSync(`${directory}/hit`)).toBe(false);
  });

  it('splits cmd into words, and does not expand them', async () => {
    const {result} = await run(`cmd: printf '<%s>' "a b" $HOME *`);
    expect(result.stdout).toBe('<a b><$HOME><*>');
  });

  it('fails with the exit code and the last words of the program', async () => {
    const outcome = await run(`argv: [sh, -c, 'echo first >&2; echo why >&2; exit 3']`);
    expect(outcome).toMatchObject({failed: 'exit code 3: why', result: {rc: 3, stderr: 'first\nwhy'}});
  });

  it('says so when there is no such program, or only a shell has it', async () => {
    expect(await run('cmd: no-such-program-here')).toMatchObject({
      failed: expect.stringContaining('exit code 127'),
      hint: expect.stringContaining('argv: [sh, -c'),
      result: {rc: 127},
    });
    expect((await run('cmd: umask')).result.rc).toBe(127);
  });

  it('changes to a directory first, and fails when it cannot', async () => {
    expect((await run(`cmd: pwd\nchdir: '{{ directory }}'`)).result.stdout).toBe(directory);
    expect(await run('cmd: touch x\nchdir: /no/such/directory')).toMatchObject({
      failed: expect.stringContaining('/no/such/directory'),
    });
  });

  it('feeds standard input, with a newline at its end unless told otherwise', async () => {
    const token = new Secret('token', 'it\'s "secret"\\');
    expect((await run(`cmd: od -An -c\nstdin: 'a'`)).result.stdout).toMatch(/a\s+\\n$/);
    expect((await run(`cmd: od -An -c\nstdin: ''`)).result.stdout).toMatch(/^\s+\\n$/);
    expect(await run(`cmd: wc -c\nstdin: ''\nstdin_add_newline: false`)).toMatchObject({
      result: {stdout: '0'},
    });
    expect((await run(`cmd: cat\nstdin: '{{ token }}!'`, {token})).result.stdout).toBe(`${token.reveal()}!`);
  });

  it("has no standard input otherwise, and the exit code is the program's with one too", async () => {
    expect((await run('cmd: cat')).result.stdout).toBe('');
    expect((await run(`argv: [sh, -c, 'cat; exit 4']\nstdin: x`)).result.rc).toBe(4);
  });

  it('ends a program that takes too long, with all that it started', async () => {
    const outcome = await run(
      `argv: [sh, -c, 'sleep 5 & sleep 5; touch {{ directory }}/late']\ntimeout: 0.2`,
    );
    expect(outcome).toMatchObject({failed: 'did not end within 0.2 s and was killed'});
    expect(existsSync(`${directory}/late`)).toBe(false);
  });

  it('keeps secrets marked in the script', () => {
    const script = programScript({
      words: [toText('login'), [new Secret('password', "a'b")]],
      input: toText('x'),
    });
    expect(mask(script.text)).toBe("printf %s x | ( exec login '‹password›' )");
  });

  it('whose guard is not known yet says so, before anything is looked at', () => {
    const args = {cmd: 'make', creates: new Unknown('the version is known after the run')};
    expect(() => command.reads?.(args, facts)).toThrow(UnknownRead);
    expect(command.readOnly(args)).toBe(false);
  });
});
