import {
  type JournalState,
  journalRef,
  type Ref,
  type Refusal,
  type StateView,
  type UnitState,
  unitRef,
} from '../../resources/index.ts';

/** Who restarts a unit is root, and so is who notes that it is owed. */
const journal = journalRef('root');

/** What `isOwed` looks at. */
export function owedReads(unit: string): readonly Ref[] {
  return [journal, unitRef(unit)];
}

/**
 * Whether a host owes its unit a restart: a handler that restarts it is noted in the host's journal, and the unit was not
 * started since. What cannot be told is refused.
 * @throws UnknownRead
 */
export function isOwed(unit: string, view: StateView): boolean | Refusal {
  const noted = view.get<JournalState>(journal);
  const running = view.get<UnitState>(unitRef(unit));
  if (noted.status === 'unreadable')
    return {refused: `whether a restart is owed cannot be told: ${noted.reason}`};
  if (running.status === 'unreadable') return {refused: `${unit} cannot be read: ${running.reason}`};
  if (noted.status !== 'present') return false;
  const {owed = [], unread = 0} = noted.state;
  if (unread > 0)
    return {
      refused: 'whether a restart is owed cannot be told: a later vprov has noted something',
      hint: 'run that vprov, or restart all: -e vault_restart_which=all',
    };
  const invocation = running.status === 'present' ? (running.state.invocationId ?? '') : '';
  return owed.some(({units}) => unit in units && (invocation === '' || units[unit] === invocation));
}
