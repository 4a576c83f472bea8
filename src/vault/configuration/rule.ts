import {absence} from './available.ts';
import type {Block, Extent} from './block.ts';
import type {ServerProduct, ServerRelease, Versions} from './key.ts';

/** Something that a server does not start with, though each key by itself is one that it takes. */
export interface ConfigurationRule {
  /** The block that it is about, as the table of keys has it; of several each by itself. */
  readonly block: string;
  /** Why each product ends, in its own words: the source. One that is not named takes it. */
  readonly says: Readonly<Partial<Record<ServerProduct, string>>>;
  readonly openbao?: Versions;
  readonly vault?: Versions;
  /** What is wrong, completing "the configuration …"; undefined: nothing, or nothing that a part of one can show. */
  readonly problem: (block: Block, all: readonly Block[], extent: Extent) => string | undefined;
  /** What to do instead. */
  readonly hint?: string;
}

/** What one of the rules says of a block. */
export interface Breach {
  readonly block: Block;
  readonly message: string;
  readonly hint: string;
}

/** What breaks the rules of a release's server, or, where it is not known for which one it is, those of both. */
export function breachesOf(
  blocks: readonly Block[],
  rules: readonly ConfigurationRule[],
  release: ServerRelease,
  extent: Extent,
): readonly Breach[] {
  return rules
    .filter((rule) => holdsFor(rule, release))
    .flatMap((rule) =>
      blocks
        .filter(({path}) => path === rule.block)
        .flatMap((block) => {
          const message = rule.problem(block, blocks, extent);
          return message === undefined ? [] : [{block, message, hint: hintOf(rule, release)}];
        }),
    );
}

function holdsFor({says, ...rule}: ConfigurationRule, release: ServerRelease): boolean {
  const {product, version} = release;
  if (!product) return says.openbao !== undefined && says.vault !== undefined && !rule.openbao && !rule.vault;
  if (says[product] === undefined) return false;
  return rule[product] === undefined || (version !== undefined && absence(rule, release) === undefined);
}

function hintOf({says, hint}: ConfigurationRule, {product}: ServerRelease): string {
  const own = product ? says[product] : (says.openbao ?? says.vault);
  return `${hint === undefined ? '' : `${hint}; `}the server's own words: ${own}`;
}
