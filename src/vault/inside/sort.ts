import type {Asking, Content, Observed, Refusal} from '../../resources/index.ts';
import type {Answer, ServerRequest} from '../server/request.ts';
import type {Place} from './place.ts';
import type {Fields, FieldType} from './value.ts';

/** What is inside a server at a place. */
export interface InsideState {
  readonly fields: Fields;
  /** Of what is a text as a whole. */
  readonly text?: string;
  readonly sha256?: string;
  /** What a write may be made dependent on: it is refused when somebody has written since. */
  readonly version?: number;
  /** What is not compared, and is written as it was. */
  readonly kept?: Readonly<Record<string, unknown>>;
  /** Nothing can be there: there is no engine or method that it would be in, or something else is in its way. */
  readonly nowhere?: Refusal;
}

/** What is wanted at a place: only what is named is compared. */
export interface InsideDesired {
  readonly fields: Fields;
  readonly content?: Content;
  /** Fields that are not named are taken away. */
  readonly exact?: boolean;
}

export type InsideRequest = Pick<ServerRequest, 'method' | 'path' | 'body' | 'exact'>;

/** Asks the server, as whoever the place is asked as. */
export type Ask = (request: InsideRequest) => Promise<Answer>;

/** What is to be done at a place. */
export interface Deed {
  readonly place: Place;
  /** Undefined: nothing is there. */
  readonly before: InsideState | undefined;
  readonly after: InsideDesired | 'absent';
  /** The fields that are different. */
  readonly names: readonly string[];
}

export type Requests = readonly InsideRequest[];

/** One sort of things inside a server, all of which are read, compared, written and removed in the same way. */
export interface Sort {
  typeOf(field: string): FieldType;
  look(place: Place, ask: Ask, asking: Pick<Asking, 'sealed'>): Promise<Observed<InsideState>>;
  /** What cannot be made so in place, or is not vprov's to change. */
  refuse?(
    place: Place,
    before: InsideState | undefined,
    after: InsideDesired | 'absent',
  ): Refusal | undefined;
  /** 'moved': somebody has written since it was planned. */
  requests(deed: Deed, ask: Ask): Requests | Promise<Requests | 'moved'>;
  /** After all requests have succeeded. */
  settle?(deed: Deed, asking: Pick<Asking, 'sealed'>): Promise<void>;
  /** What goes with it when it is removed, for the plan. */
  readonly loses?: string;
  /** Whether an answer says that somebody has written since. */
  isLate?(answer: Answer, place: Place): boolean;
  /** What is to be done about an answer that is no success. */
  hintFor?(answer: Answer): string | undefined;
  /** What a refusal for want of rights is told with, where it is not the usual. */
  readonly forbidden?: string;
}
