import {setMaxListeners} from 'node:events';
import type {StateView} from '../resources/index.ts';
import type {Value, ValueMap, Variable} from '../values/index.ts';
import {Slots} from './concurrency.ts';
import type {TaskLabel, TaskStatus} from './events.ts';
import {Interrupted} from './stop.ts';

/** Where hosts wait for one another. */
export interface Place {
  readonly name: string;
  /**
   * Where in the tree of the play's tasks, from the outermost list inwards. Of several places at which hosts wait, the
   * earliest goes first; what is in a list comes before what follows it.
   */
  readonly order: readonly number[];
  /** The host whose work is waited for here. */
  readonly awaits?: string;
  /** Hosts go on from here only when no other can be brought any further. */
  readonly isGate?: true;
  /** Where a turn of what is done one after the other at that place begins. */
  readonly turnAt?: string;
  /** What is done here, or comes next, may change any of them: who stands at a gate goes on first. */
  readonly opensGate?: true;
}

/** What a host shows the others at a place. */
export interface Brought {
  readonly seen: StateView;
  /** The task's arguments as they are there. */
  readonly told: ValueMap;
}

/** What those learn who waited at a place. */
export interface Meeting {
  /** Who was there, in the order of the batch. */
  readonly present: readonly string[];
  /** Who has failed, or was not reached, in this batch so far; at a turn, also who failed at what is done there. */
  readonly failed: readonly string[];
  /** What each of them showed the others. */
  readonly brought: ReadonlyMap<string, Brought>;
  /** Another host was changed since one last met: what one knows may be out of date. */
  readonly outdated: boolean;
}

/** What came of a task that one host did for all. */
export interface Conclusion {
  readonly status: TaskStatus;
  readonly label: TaskLabel;
  readonly result: Value;
  /** The variables that it set. */
  readonly learned: readonly (readonly [string, Variable])[];
}

/** Who does what is to be done once, and for the others what came of it; undefined when that host was lost at it. */
export type Once =
  | {readonly leads: true}
  | {readonly leads: false; readonly leader: string; readonly conclusion: Conclusion | undefined};

interface Waiting {
  readonly place: Place;
  readonly brings: Brought | undefined;
  readonly go: (meeting: Omit<Meeting, 'outdated'>) => void;
  readonly stop: (error: Error) => void;
}

/**
 * The hosts of a play, or of one of its batches, as they wait for one another. All waiting is of one kind: a host comes
 * to a place and goes on when no other host is on its way any more, each being at a place or at its end. So nobody waits
 * for ever, whatever way each host takes through the play. Who waits takes no place among the `--forks`.
 */
export class Batch {
  readonly hosts: readonly string[];
  readonly #slots: Slots;
  readonly #leaveSlot = new Map<string, () => void>();
  readonly #onTheWay: Set<string>;
  readonly #waiting = new Map<string, Waiting>();
  readonly #failed = new Set<string>();
  readonly #outdated = new Set<string>();
  readonly #concluded = new Map<string, {readonly leader: string; readonly conclusion: Conclusion}>();
  readonly #throttled = new Map<string, Slots>();
  /** By place, who failed at what is done there one after the other. */
  readonly #fallen = new Map<string, Set<string>>();

  constructor(hosts: readonly string[], slots: Slots) {
    this.hosts = hosts;
    this.#slots = slots;
    this.#onTheWay = new Set(hosts);
  }

  /** All that one host does in the batch, once there is a place for it. @param work says whether the host failed */
  async through(host: string, work: () => Promise<{readonly failed: boolean}>): Promise<void> {
    await this.#takeSlot(host);
    let failed = true;
    try {
      ({failed} = await work());
    } finally {
      if (failed) this.#failed.add(host);
      this.#leave(host);
    }
  }

  /** Waits for the other hosts. @param brings what it shows them @throws Interrupted */
  async meet(host: string, place: Place, signal: AbortSignal, brings?: Brought): Promise<Meeting> {
    if (signal.aborted) throw new Interrupted();
    const onAbort = (): void => this.#waiting.get(host)?.stop(new Interrupted());
    // Many hosts may wait at a time; that is no leak.
    setMaxListeners(0, signal);
    signal.addEventListener('abort', onAbort, {once: true});
    try {
      const meeting = await new Promise<Omit<Meeting, 'outdated'>>((go, stop) => {
        this.#waiting.set(host, {place, brings, go, stop});
        this.#leave(host);
      });
      await this.#takeSlot(host);
      return {...meeting, outdated: this.#outdated.delete(host)};
    } finally {
      this.#waiting.delete(host);
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** The first of those who come to a place does it for all; the others wait for what comes of it. @throws Interrupted */
  async once(host: string, place: Place, signal: AbortSignal): Promise<Once> {
    const known = this.#concluded.get(place.name);
    if (known) return {leads: false, ...known};
    const {present} = await this.meet(host, place, signal);
    const [leader = host] = present;
    if (leader === host) return {leads: true};
    await this.meet(host, ended(place, leader), signal);
    return {leads: false, leader, conclusion: this.#concluded.get(place.name)?.conclusion};
  }

  /** It failed at what is done there one after the other, and goes on: with a `rescue`, say. */
  fell(host: string, {name}: Place): void {
    const fallen = this.#fallen.get(name) ?? new Set();
    this.#fallen.set(name, fallen.add(host));
  }

  /** Says what came of it, and lets the others go on. @throws Interrupted */
  async conclude(host: string, place: Place, conclusion: Conclusion, signal: AbortSignal): Promise<void> {
    this.#concluded.set(place.name, {leader: host, conclusion});
    await this.meet(host, ended(place, host), signal);
  }

  /**
   * Takes a turn, of a task that not all may do at once, or of a host that several work on. Who has to wait for it is not
   * waited for by the others. @returns gives the turn back
   */
  async turn(host: string, slots: Slots): Promise<() => void> {
    const free = slots.takeNow();
    if (free) return free;
    this.#leave(host);
    const taken = await slots.take();
    this.#onTheWay.add(host);
    await this.#takeSlot(host);
    return taken;
  }

  /** The turns of a task that at most so many hosts do at once. */
  throttle({name}: Place, limit: number): Slots {
    const slots = this.#throttled.get(name) ?? new Slots(limit);
    this.#throttled.set(name, slots);
    return slots;
  }

  /** Something was changed on this host. */
  changed(host: string): void {
    for (const other of this.hosts) if (other !== host) this.#outdated.add(other);
  }

  async #takeSlot(host: string): Promise<void> {
    this.#leaveSlot.set(host, await this.#slots.take());
  }

  #leave(host: string): void {
    this.#leaveSlot.get(host)?.();
    this.#leaveSlot.delete(host);
    this.#onTheWay.delete(host);
    this.#decide();
  }

  /** Whoever is waited for stands at a gate: these come no further before it opens. */
  #needsGate({awaits}: Place): boolean {
    return awaits !== undefined && this.#waiting.get(awaits)?.place.isGate === true;
  }

  /** When no host is on its way any more, those at the earliest place may go. */
  #decide(): void {
    if (this.#onTheWay.size > 0) return;
    const places = [...this.#waiting.values()]
      .map(({place}) => place)
      .filter((place) => !this.#needsGate(place))
      .sort(inPlay);
    const [earliest] = places;
    if (!earliest) return;
    const next = (earliest.opensGate && places.find(({isGate}) => isGate)) || earliest;
    const present = this.hosts.filter((host) => this.#waiting.get(host)?.place.name === next.name);
    const brought = present.flatMap((host) => {
      const brings = this.#waiting.get(host)?.brings;
      return brings ? [[host, brings] as const] : [];
    });
    const fallen = this.#fallen.get(next.turnAt ?? '') ?? [];
    const meeting = {present, failed: [...new Set([...this.#failed, ...fallen])], brought: new Map(brought)};
    for (const host of present) this.#onTheWay.add(host);
    for (const host of present) this.#waiting.get(host)?.go(meeting);
    for (const host of present) this.#waiting.delete(host);
  }
}

/** Where the others wait for who is at work there. */
function ended({name, order}: Place, leader: string): Place {
  return {name: `end of ${name}`, order, awaits: leader};
}

function inPlay({order: a, isGate}: Place, {order: b, isGate: isOtherGate}: Place): number {
  if (isGate || isOtherGate) return Number(isGate ?? false) - Number(isOtherGate ?? false);
  const at = a.findIndex((index, depth) => index !== b[depth]);
  if (at === -1) return b.length === a.length ? 0 : 1;
  return b[at] === undefined ? -1 : (a[at] ?? 0) - b[at];
}
