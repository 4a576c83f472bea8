import type {Batch, Meeting} from '../batch.ts';
import type {Slots} from '../concurrency.ts';
import type {Effect, Replies, There} from '../effect.ts';
import type {HostAccess} from '../host.ts';
import type {Overlay} from '../overlay.ts';
import type {HostGrowth} from '../run-inventory.ts';
import type {Steps} from '../steps.ts';
import {Interrupted} from '../stop.ts';
import type {HostWriting} from '../writing.ts';

/** A host at work, among others. */
export interface Company {
  /** The host that is worked for. */
  readonly self: string;
  /** The one that is worked on. */
  readonly host: HostAccess;
  /** Planned changes of it that were not made: empty in a run. */
  readonly overlay: Overlay;
  /** All hosts, for tasks that are delegated to them. */
  readonly hosts: Hosts;
  /** The other hosts of the batch. */
  readonly batch: Batch;
  /** Whoever goes step by step; undefined where nobody does. */
  readonly steps: Steps | undefined;
  /** Aborted by the first Ctrl-C, and with the second: nothing new is begun. */
  readonly softSignal: AbortSignal;
}

/** A host that answers, as somebody sees it whose task is done there. */
export interface Elsewhere extends Pick<Company, 'host' | 'overlay'> {
  readonly there: There;
  readonly writing: HostWriting;
}

/** The hosts of the run, and those that tasks are delegated to. */
export interface Hosts {
  /** @throws TransportError, Interrupted */
  reach(host: string): Promise<Elsewhere>;
  /** The inventory, with more in it. @throws VprovError for what cannot be added */
  grow(growth: HostGrowth | undefined): void;
  /** What is lost stays so when the host does not answer: the next task will say it. @throws Interrupted */
  reconnect(host: string): Promise<void>;
  /** A task has the host for itself from looking at it to the end of its change. */
  turnsOf(host: string): Slots;
}

type AmongEffect = Extract<
  Effect,
  {type: 'meet' | 'once' | 'confirm' | 'conclude' | 'fell' | 'turn' | 'grow' | 'reach' | 'reconnect'}
>;

/** What has to do with other hosts: the same in check and run. */
export async function answerAmong(
  effect: AmongEffect,
  reading: Company,
): Promise<Replies[AmongEffect['type']]> {
  const {batch, self, softSignal, hosts} = reading;
  switch (effect.type) {
    case 'meet':
      return meet(effect, reading);
    case 'once': {
      const once = await batch.once(self, effect.place, softSignal);
      // What was done for all may show here, too (a member of a cluster, a shared disk).
      if (!once.leads && once.conclusion?.status !== 'ok') reading.host.drop({type: 'everything'});
      return once;
    }
    case 'confirm': {
      const isWanted = await reading.steps?.confirm(batch, effect.place, effect.task);
      if (softSignal.aborted) throw new Interrupted();
      return isWanted ?? true;
    }
    case 'conclude':
      await batch.conclude(self, effect.place, effect.conclusion, softSignal);
      return undefined;
    case 'fell':
      batch.fell(self, effect.place);
      return undefined;
    case 'turn':
      return takeTurns(effect, reading);
    case 'grow':
      hosts.grow(effect.growth);
      return undefined;
    case 'reconnect':
      await hosts.reconnect(self);
      return undefined;
    case 'reach':
      return (await hosts.reach(effect.host)).there;
  }
}

async function meet(
  {place, brings}: Extract<Effect, {type: 'meet'}>,
  {batch, self, host, softSignal}: Company,
): Promise<Meeting> {
  const meeting = await batch.meet(self, place, softSignal, brings);
  if (meeting.outdated) host.drop({type: 'everything'});
  return meeting;
}

/** First that of the task, then that of the host: always in this order, so that no two wait for each other. */
async function takeTurns(
  {throttle, on, ifFree}: Extract<Effect, {type: 'turn'}>,
  {batch, self, hosts}: Company,
): Promise<Replies['turn']> {
  const turns = [
    ...(throttle ? [batch.throttle(throttle.place, throttle.limit)] : []),
    ...(on === undefined ? [] : [hosts.turnsOf(on)]),
  ];
  const taken: (() => void)[] = [];
  const leave = (): void => taken.reverse().forEach((one) => void one());
  for (const slots of turns) {
    const turn = ifFree ? slots.takeNow() : await batch.turn(self, slots);
    if (!turn) {
      leave();
      return undefined;
    }
    taken.push(turn);
  }
  return leave;
}

/** How who is alone sees the others: in validation, and looking ahead. */
export function answerAlone(
  effect: Exclude<AmongEffect, {type: 'grow' | 'reach' | 'reconnect'}>,
): Replies[Exclude<AmongEffect['type'], 'grow' | 'reach' | 'reconnect'>] {
  switch (effect.type) {
    case 'meet':
      return {present: [], failed: [], brought: new Map(), outdated: false};
    case 'once':
      return {leads: true};
    case 'confirm':
      return true;
    case 'conclude':
    case 'fell':
      return undefined;
    case 'turn':
      return () => undefined;
  }
}
