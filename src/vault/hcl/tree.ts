import type {Text} from '../../text/index.ts';

/** Of a file, a block or an object: its items in their order. */
export interface Body {
  readonly items: readonly Item[];
  /** Comments after the last item. */
  readonly comments: readonly Text[];
}

/** `key = value`, or a block with its labels: `listener "tcp" { … }`. */
export interface Item {
  /** A block's type and labels; of an assignment one. */
  readonly keys: readonly Key[];
  readonly value: Value;
  /** False for a block, which has no `=`. */
  readonly assigned: boolean;
  /** Comments on the lines before it. */
  readonly comments: readonly Text[];
  /** The comment behind it on its line. */
  readonly comment?: Text;
  /** Whether an empty line stands before it and its comments. */
  readonly apart: boolean;
  /** Into the text that was read, in UTF-16 units. */
  readonly start: number;
  /** Of what goes over another configuration: there shall be nothing of these names. */
  readonly removed?: true;
}

export interface Key {
  readonly name: string;
  /** As it was written. */
  readonly text: Text;
}

export type Value = Literal | List | ObjectValue;

export interface Literal {
  readonly type: 'literal';
  /** As it was written, secrets marked. */
  readonly text: Text;
  /** What it stands for. A string's `${…}` stay as they are. */
  readonly value: string | number | boolean;
}

export interface List {
  readonly type: 'list';
  readonly elements: readonly Value[];
  /** Before each element, and after the last: the comments there. */
  readonly comments: readonly (readonly Text[])[];
}

export interface ObjectValue {
  readonly type: 'object';
  readonly body: Body;
}
