import {Type} from 'typebox';
import {argumentsOf} from '../argument-types.ts';

export const schema = argumentsOf({
  action: Type.Enum(['flush_handlers', 'end_role', 'end_host', 'end_play', 'end_batch', 'noop'], {
    description:
      '`flush_handlers`: run the handlers that are owed now, not only at the end of the play. `end_role`: nothing more of the role. `end_host`, `end_play`, `end_batch`: nothing more of the play on this host, neither tasks nor handlers; it takes part in the next play. `noop`: nothing.',
  }),
});
