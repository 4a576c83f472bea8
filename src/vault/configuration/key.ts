/** The two servers that a configuration can be for. */
export type ServerProduct = 'openbao' | 'vault';

/** For which server a configuration is. What is not said is not looked at. */
export interface ServerRelease {
  readonly product?: ServerProduct;
  /** 2.6.2 */
  readonly version?: string;
}

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
  /** true or false as a text and nothing else. */
  | 'quoted'
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

/** How a text has to look beyond its type. */
export type Form =
  | 'url'
  /** Addresses and networks. */
  | 'addresses'
  /** Names of TLS ciphers. */
  | 'ciphers'
  /** Permissions. */
  | 'octal'
  /** Rules that begin with + or -. */
  | 'filters';

/** What is the same to the servers though it is written otherwise: `path`, a slash at its end; `address`, a URL's scheme. */
export type Sameness = 'path' | 'address';

/** In which versions something is. */

export interface Versions {
  /** From which version on. */
  readonly since?: string;
  /** The patches of older minors that brought it there, too. */
  readonly patched?: readonly string[];
  /** Before which version. */
  readonly before?: string;
  /** Its community edition calls it unknown. */
  readonly enterprise?: true;
}

/** `never`: the product does not have it. */
export type Availability = Versions | 'never';

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
  readonly form?: Form;
  readonly same?: Sameness;
  /** It names something on the host, without which these servers do not start. */
  readonly file?: Readonly<Partial<Record<ServerProduct, Versions>>>;
  /** `restart` where it is not said. */
  readonly impact?: KeyImpact;
  /** Which servers read it again on SIGHUP, where not all do: there a change is a `reload`. */
  readonly reread?: Readonly<Partial<Record<ServerProduct, Versions>>>;
  /** Values that a reload does not take over, so that the server keeps what it has until it is started anew; empty: none at all. */
  readonly unheeded?: Readonly<Partial<Record<ServerProduct, readonly string[]>>>;
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
  /** What it costs where there was none of it, where that differs again. */
  readonly comes?: KeyImpact;
  /** Its keys are read in small letters only. */
  readonly cased?: true;
  /** Its keys are not listed here, so that each is taken as it is. */
  readonly open?: boolean;
  /** Said where a product without it is meant. */
  readonly instead?: string;
  readonly openbao?: Availability;
  readonly vault?: Availability;
  readonly keys: Readonly<Record<string, ConfigurationKey>>;
}
