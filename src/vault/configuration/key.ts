/** The two servers that a configuration can be for. */
export type ServerProduct = 'openbao' | 'vault';

/** What a changed key costs a server that runs and is initialised. */
export type KeyImpact =
  /** It is not read any more: nothing. */
  | 'none'
  /** Read again on SIGHUP. */
  | 'reload'
  /** Read at the start only. */
  | 'restart'
  /** It would part the member from its data or from its cluster. */
  | 'refuse';

/** How the servers read a value. */
export type KeyType =
  | 'text'
  | 'integer'
  /** true, false, a number, or one of the first two as a text. */
  | 'boolean'
  /** true or false and nothing else. */
  | 'flag'
  /** Seconds as a number, or a text such as "90s" and "1h30m". */
  | 'duration'
  /** A duration, or none. */
  | 'span'
  /** Texts, or one text with commas. */
  | 'list'
  /** A list of texts and nothing else. */
  | 'texts'
  /** Texts by names of one's own. */
  | 'map'
  /** Lists of header values by header, by status code. */
  | 'headers'
  | 'anything';

/** From which version on, and before which one; `never`: the product does not have it. */
export type Availability = {readonly since?: string; readonly before?: string} | 'never';

/** What is known of one key. */
export interface ConfigurationKey {
  readonly type: KeyType;
  /** What it is for, for docs/vault-configuration.md. */
  readonly summary: string;
  /** What the server takes where the key is missing. */
  readonly default?: string;
  /** The only texts that it takes. */
  readonly values?: readonly string[];
  /** The smallest number that it takes, where a product refuses smaller ones. */
  readonly least?: Readonly<Partial<Record<ServerProduct, number>>>;
  readonly most?: number;
  /** `restart` where it is not said. */
  readonly impact?: KeyImpact;
  /** Of a key that is taken out again, where that differs: the server keeps what it has until it is started anew. */
  readonly removed?: KeyImpact;
  /** Why, in words that follow "because" or name what to do instead. */
  readonly reason?: string;
  readonly secret?: boolean;
  readonly openbao?: Availability;
  readonly vault?: Availability;
}

/** A block, or the top level: its keys. */
export interface ConfigurationBlock {
  /** As `storage.raft.retry_join`; `*` stands for a label of one's own. Empty: the top level. */
  readonly path: string;
  readonly title: string;
  /** Where the products document it. */
  readonly sources: Readonly<Partial<Record<ServerProduct, string>>>;
  /** Several of them may stand beside one another. */
  readonly repeated?: boolean;
  /** That it is there makes a difference, even if all in it is as it would be anyhow. Of repeated blocks it always does. */
  readonly matters?: boolean;
  /** What a whole block costs that comes or goes, where that differs from its keys. */
  readonly whole?: KeyImpact;
  /** Its keys are not listed here, so that each is taken as it is. */
  readonly open?: boolean;
  /** Said where a product without it is meant. */
  readonly instead?: string;
  readonly openbao?: Availability;
  readonly vault?: Availability;
  readonly keys: Readonly<Record<string, ConfigurationKey>>;
}
