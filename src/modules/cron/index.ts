import {
  contentOf,
  crontabRef,
  crontabText,
  crontabWant,
  isRefusal,
  type Refusal,
  type StateView,
  type Want,
} from '../../resources/index.ts';
import {reveal} from '../../text/index.ts';
import {asText} from '../../values/index.ts';
import type {ArgumentProblem, StateModule} from '../contract.ts';
import {editedFile, readsOfEdit} from '../text-edit.ts';
import {withEntry} from './edit.ts';
import {reversedRanges} from './fields.ts';
import type {CronArguments} from './schema.ts';

export const cron: StateModule<CronArguments> = {
  type: 'state',
  name: 'cron',
  summary: 'Keeps an entry in a crontab',
  scope: 'host',

  check(args): readonly ArgumentProblem[] {
    const {job, name, env} = args;
    if (job !== undefined && reveal(asText(job) ?? []).includes('\n'))
      return [{argument: 'job', message: 'has a newline', hint: 'put the lines into a script'}];
    if (env && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      return [{argument: 'name', message: `is '${name}', which is not the name of a variable`}];
    return reversedRanges(args);
  },

  reads: ({user = 'root', cron_file: path}) =>
    path === undefined ? [crontabRef(user)] : readsOfEdit({path}),

  want(args, seen): readonly Want[] | Refusal {
    const edit = withEntry(args);
    if (args.cron_file !== undefined)
      return editedFile({path: args.cron_file}, seen, args.state === 'absent' ? 'leave' : 'create', edit);
    return editedCrontab(args.user ?? 'root', seen, edit);
  },
};

function editedCrontab(
  user: string,
  seen: StateView,
  edit: ReturnType<typeof withEntry>,
): readonly Want[] | Refusal {
  const after = edit(crontabText(seen.get(crontabRef(user))));
  return isRefusal(after) ? after : [crontabWant(user, contentOf(after))];
}
