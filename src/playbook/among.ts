import type {MapEntry} from '../source/index.ts';
import {readBoolean, readNumber, readScalar} from './fields.ts';
import type {Among} from './model.ts';
import {type Reading, report} from './reading.ts';

type Fields = ReadonlyMap<string, MapEntry>;

export const amongNothing: Among = {
  runOnce: undefined,
  throttle: undefined,
  anyErrorsFatal: undefined,
  ignoreUnreachable: undefined,
  delegateTo: undefined,
  delegateFacts: undefined,
};

export function readAmong(reading: Reading, fields: Fields): Among {
  return {
    runOnce: readBoolean(reading, fields, 'run_once'),
    throttle: readThrottle(reading, fields),
    anyErrorsFatal: readBoolean(reading, fields, 'any_errors_fatal'),
    ignoreUnreachable: readBoolean(reading, fields, 'ignore_unreachable'),
    delegateTo: readScalar(reading, fields, 'delegate_to'),
    delegateFacts: readDelegateFacts(reading, fields),
  };
}

/** What a play hands down of it; the rest holds for the play as a whole, or not at all. */
export function readAmongOfPlay(reading: Reading, fields: Fields): Among {
  return {
    ...amongNothing,
    runOnce: readBoolean(reading, fields, 'run_once'),
    throttle: readThrottle(reading, fields),
    ignoreUnreachable: readBoolean(reading, fields, 'ignore_unreachable'),
  };
}

/** What is said nearest to the task holds. */
export function amongWithin(own: Among, outer: Among): Among {
  return {
    runOnce: own.runOnce ?? outer.runOnce,
    throttle: own.throttle ?? outer.throttle,
    anyErrorsFatal: own.anyErrorsFatal ?? outer.anyErrorsFatal,
    ignoreUnreachable: own.ignoreUnreachable ?? outer.ignoreUnreachable,
    delegateTo: own.delegateTo ?? outer.delegateTo,
    delegateFacts: own.delegateFacts ?? outer.delegateFacts,
  };
}

/** As in Ansible, 0 is no limit. */
function readThrottle(reading: Reading, fields: Fields): number | undefined {
  return readNumber(reading, fields, 'throttle', 'whole') || undefined;
}

function readDelegateFacts(reading: Reading, fields: Fields): boolean | undefined {
  const entry = fields.get('delegate_facts');
  if (entry && !fields.has('delegate_to')) {
    const message = "'delegate_facts' does nothing without 'delegate_to'";
    report(reading, 'PLY014', message, entry.keySource, "add 'delegate_to', or remove 'delegate_facts'");
  }
  return readBoolean(reading, fields, 'delegate_facts');
}
