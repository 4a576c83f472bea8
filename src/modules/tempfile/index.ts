import {sh} from '../../shell/index.ts';
import type {Action} from '../contract.ts';
import type {TempfileArguments} from './schema.ts';

const makeTimeoutMs = 60_000;

export const tempfile: Action<TempfileArguments> = {
  type: 'action',
  name: 'tempfile',
  summary: 'Makes a file or directory with a name of its own, which a later task has to remove',
  scope: 'host',
  result: {path: {type: 'string'}, state: {type: 'string'}},
  readOnly: () => false,
  guard: () => ({run: true}),
  effects: ({path = '/tmp'}) => ({type: 'subtree', path}),

  async act({state = 'file', path = '/tmp', prefix = 'vprov.', suffix = ''}, ports) {
    const flags = state === 'directory' ? ['-d'] : [];
    const {exitCode, stdout, stderr} = await ports.run(
      // A suffix after the Xs is not known to every mktemp: the name is its own before, and stays so with more behind.
      sh`umask 077
t=$(mktemp ${flags} ${`${path === '/' ? '' : path}/${prefix}XXXXXXXXXX`}) || exit 1
s=${suffix}
if [ -n "$s" ]; then mv "$t" "$t$s" || exit 1; fi
printf %s "$t$s"`,
      makeTimeoutMs,
    );
    if (exitCode !== 0)
      return {changed: false, failed: stderr.toString('utf8').trim() || `exit code ${exitCode}`, result: {}};
    return {changed: true, result: {path: stdout.toString('utf8'), state}};
  },
};
