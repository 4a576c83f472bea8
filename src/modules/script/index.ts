import {posix} from 'node:path';
import {sh} from '../../shell/index.ts';
import {mask, type Text, toText} from '../../text/index.ts';
import {asText} from '../../values/index.ts';
import {splitCommand, type Words} from '../command/split.ts';
import type {Action, ActionPorts} from '../contract.ts';
import {guardProblems, judgeGuards, programResult, readsOfGuards, runProgram} from '../program.ts';
import type {ScriptArguments} from './schema.ts';

const housekeepingTimeoutMs = 60_000;

export const script: Action<ScriptArguments> = {
  type: 'action',
  name: 'script',
  summary: 'Runs a local script on the host, and leaves nothing of it there',
  scope: 'host',
  shorthand: 'cmd',
  result: programResult,

  check(args) {
    const words = wordsOf(args);
    return [
      ...('problem' in words
        ? [{argument: 'cmd', message: words.problem, ...(words.hint ? {hint: words.hint} : {})}]
        : words.length === 0
          ? [{argument: 'cmd', message: 'is empty'}]
          : []),
      ...guardProblems(args),
    ];
  },

  inputs: (args) => [{name: 'cmd', path: localPathOf(args), type: 'file'}],
  readOnly: () => false,
  reads: readsOfGuards,
  guard: judgeGuards,
  effects: () => ({type: 'everything'}),

  async act(args, ports, inputs) {
    const words = wordsOf(args);
    if ('problem' in words) return {changed: false, failed: `cmd ${words.problem}`, result: {}};
    const made = await ports.run(sh`umask 077; mktemp -d`, housekeepingTimeoutMs);
    const directory = made.stdout.toString('utf8').trim();
    if (made.exitCode !== 0 || directory === '')
      return {changed: false, failed: made.stderr.toString('utf8').trim(), result: {}};
    try {
      const program = `${directory}/${posix.basename(localPathOf(args))}`;
      await ports.upload(program, inputs.content('cmd'));
      await ports.run(sh`chmod 0700 ${program}`, housekeepingTimeoutMs);
      const [, ...rest] = words;
      const first: readonly Text[] = args.executable === undefined ? [] : [toText(args.executable)];
      return await runProgram([...first, toText(program), ...rest], args, ports);
    } finally {
      await remove(directory, ports);
    }
  },
};

async function remove(directory: string, ports: ActionPorts): Promise<void> {
  // After an interruption nothing can be asked of the host any more, and the first error is the one to tell.
  if (!ports.signal.aborted) await ports.run(sh`rm -rf ${directory}`, housekeepingTimeoutMs);
}

function wordsOf({cmd}: ScriptArguments): Words {
  return splitCommand(asText(cmd) ?? []);
}

function localPathOf(args: ScriptArguments): string {
  const words = wordsOf(args);
  return 'problem' in words ? '' : mask(words[0] ?? []);
}
