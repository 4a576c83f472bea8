import {type UnitDesired, unitWant} from '../../resources/index.ts';
import type {StateModule} from '../contract.ts';
import type {SystemdArguments} from './schema.ts';

/** @see systemd.unit(5): the types of units */
const suffixes = /\.(service|socket|device|mount|automount|swap|target|path|timer|slice|scope)$/;

export const systemd: StateModule<SystemdArguments> = {
  type: 'state',
  name: 'systemd',
  summary: 'Starts, stops, restarts, reloads, enables or masks a unit',
  scope: 'host',

  check({name, masked, state, only_if, only_running, verify}) {
    if (/@(?:\.\w+)?$/.test(String(name))) {
      const hint = `name an instance, such as ${String(name).replace('@', '@NAME')}`;
      return [{argument: 'name', message: 'is a template, which is no unit by itself', hint}];
    }
    if (only_if !== undefined && (state === undefined || state === 'started')) {
      const message = 'guards what interrupts a unit, and this task does not';
      return [{argument: 'only_if', message, hint: 'state: restarted, reloaded or stopped'}];
    }
    if (verify !== undefined && state !== 'restarted' && state !== 'reloaded') {
      const message = 'looks at what a restart or a reload came to, and this task does nothing of the kind';
      return [{argument: 'verify', message, hint: 'state: restarted or reloaded'}];
    }
    if (only_running !== undefined && state !== 'restarted' && state !== 'reloaded') {
      const message = 'is for what happens to a unit that runs, and this task does nothing of the kind';
      return [{argument: 'only_running', message, hint: 'state: restarted or reloaded'}];
    }
    if (!masked || state === undefined || state === 'stopped') return [];
    return [{argument: 'state', message: `is '${state}', but a masked unit cannot be started`}];
  },

  want({name, state, enabled, masked, only_if, only_running, verify}) {
    return [
      unitWant(unitName(name), {
        ...stateOf(state),
        ...(enabled === undefined ? {} : {enabled}),
        ...(masked === undefined ? {} : {masked}),
        ...(only_running ? {onlyRunning: true} : {}),
        ...(only_if === undefined ? {} : {onlyIf: only_if}),
        ...(verify === undefined ? {} : {verify}),
      }),
    ];
  },
};

/** The full name of a unit: what has no suffix is a service, as systemctl reads it. */
export function unitName(name: string): string {
  return suffixes.test(name) ? name : `${name}.service`;
}

function stateOf(state: SystemdArguments['state']): UnitDesired {
  switch (state) {
    case 'started':
      return {active: true};
    case 'stopped':
      return {active: false};
    case 'restarted':
      return {transition: 'restart'};
    case 'reloaded':
      return {transition: 'reload'};
    case undefined:
      return {};
  }
}
