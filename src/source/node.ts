import type {Source} from '../errors/index.ts';
import type {Secret} from '../text/index.ts';

/**
 * What a person wrote in YAML, with the place of every key and value. Only what is in a `Node` may be a template;
 * what came from a host, a file read, a secret or `-e` is a plain value and is never rendered.
 */
export type Node = ScalarNode | ListNode | MapNode;

interface Written {
  readonly source: Source;
  /** Something is wrong with it, which is told: nobody knows what was meant, and who reads it says no more. */
  readonly mistaken?: true;
}

export interface ScalarNode extends Written {
  readonly type: 'scalar';
  /** The YAML 1.2 core value. */
  readonly value: string | number | boolean | null;
  /** The scalar as it was written, without quotes: `0644` where `value` is 644, `1.20` where it is 1.2. */
  readonly text: string;
  /** `plain` was not quoted, so a schema that says string may ask for `text`. */
  readonly style: 'plain' | 'quoted' | 'block';
  /** True after `!raw`, and of what was encrypted: never a template. */
  readonly raw: boolean;
  /**
   * What was encrypted. `value` and `text` are then what may be shown in its place, so that who does not know of
   * secrets shows none. `sealed`: it could not be opened.
   */
  readonly secret?: Secret | 'sealed';
  /**
   * Of a text that is not simply `text`, or `text` in quotes: as it stands in the file from `source` on, with quotes, escapes,
   * line breaks and indentation, so that a mistake inside finds its place.
   */
  readonly written?: string;
}

export interface ListNode extends Written {
  readonly type: 'list';
  readonly items: readonly Node[];
}

export interface MapEntry {
  readonly key: string;
  readonly keySource: Source;
  readonly value: Node;
}

export interface MapNode extends Written {
  readonly type: 'map';
  readonly entries: readonly MapEntry[];
}

/** The entry of a map by its key. */
export function entryOf(map: MapNode, key: string): MapEntry | undefined {
  return map.entries.find((entry) => entry.key === key);
}
