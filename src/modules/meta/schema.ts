import {Type} from 'typebox';
import {argumentsOf} from '../argument-types.ts';

const actions = [
  'flush_handlers',
  'end_role',
  'end_host',
  'end_play',
  'end_batch',
  'clear_host_errors',
  'reset_connection',
  'noop',
];

export const schema = argumentsOf({
  action: Type.Enum(actions, {
    description:
      '`flush_handlers`: run the handlers that are owed now, not only at the end of the play. `end_role`: nothing more of the role. `end_host`, `end_play`, `end_batch`: nothing more of the play on this host, neither tasks nor handlers; it takes part in the next play. `clear_host_errors`: hosts that have failed before take part again from here on. `reset_connection`: connect anew, so that a login sees its new groups. `noop`: nothing.',
  }),
});
