import type {
  Availability,
  ConfigurationBlock,
  ConfigurationKey,
  ConfigurationRule,
  KeyType,
  ServerProduct,
} from '../src/vault/index.ts';

const introduction = `# The configuration of Vault and OpenBao

<!-- Made by \`npm run docs\` from src/vault/configuration/table. Do not edit. -->

What [\`vault_config\`](modules.md#vault_config) knows of the servers' keys: their types, what the server takes where a key is missing, and
what a *changed* key costs a member that runs and is initialised:

- **nothing**: it is not read any more;
- **reload**: read again on SIGHUP, the member goes on, unsealed;
- **restart**: read at the start only, so the member is sealed afterwards;
- **refused**: it would part the member from its data or its cluster, or the server would not take it.

A key that is not here is read by no server: it writes "unknown or unsupported field" to its log and starts, in \`storage\` and \`seal\` not
even that. vault_config refuses such a key with the nearest name (\`unread_keys: allow\` lets it pass). A value of a wrong type keeps the
server from starting, and is refused always.

Types: *integers*, *booleans* and *durations* may be written as texts, too; *flags* are \`true\` or \`false\` without quotes, *quoted*
ones with them. A duration is
\`"90s"\`, \`"1h30m"\` or seconds as a number, a span a duration or \`"none"\`. A *list* may also be one text with commas; *texts* may not.
Where *products* is empty, both have the key, in all versions that we know of.
`;

const impacts = {none: 'nothing', reload: 'reload', restart: 'restart', refuse: 'refused'} as const;
const productNames: Readonly<Record<ServerProduct, string>> = {openbao: 'OpenBao', vault: 'Vault'};
const typeNames: Partial<Record<KeyType, string>> = {anything: ''};

/** docs/vault-configuration.md. */
export function vaultConfigurationPage(
  blocks: readonly ConfigurationBlock[],
  rules: readonly ConfigurationRule[],
): string {
  return [introduction, ...blocks.map(section), together(rules)].join('\n');
}

function together(rules: readonly ConfigurationRule[]): string {
  const rows = rules.flatMap(({block, says, ...versions}) => {
    const said = Object.entries(says).map(([product, words]) => {
      const range = rangeOf(versions[product as ServerProduct]);
      return {by: `${nameOf(product)}${range}`, words, same: words.toLowerCase()};
    });
    const first = said.filter(({same}, index) => said.findIndex((other) => other.same === same) === index);
    return first.map(({words, same}) => {
      const by = said.filter((other) => other.same === same).map((other) => other.by);
      return `| ${block === '' ? 'the top level' : `\`${block}\``} | ${by.join(', ')} | ${words} |`;
    });
  });
  return `## What does not go together

What keeps a server from starting though each key by itself is taken: the server's own words, which vault_config has in its refusal.
Each was tried on the servers (test/openbao/refused.ts). A file that a key names (its row says so) must be on the host, or the change is refused, too.

| block | products | the server says |
|---|---|---|
${rows.join('\n')}
`;
}

function section({title, sources, keys, whole, comes, open, instead, ...block}: ConfigurationBlock): string {
  const links = Object.entries(sources).map(([product, link]) => `[${nameOf(product)}](${link})`);
  const products = productsOf(block);
  const notes = [
    ...(products === '' ? [] : [`${products}.`]),
    ...(block.repeated ? ['May stand several times.'] : []),
    ...(whole ? [`A whole block that comes or goes costs: ${impacts[whole]}.`] : []),
    ...(comes ? [`One that was not there before costs: ${impacts[comes]}.`] : []),
    ...(instead === undefined ? [] : [`${instead}.`.replace(/^./, (first) => first.toUpperCase())]),
    ...(open ? ['Its keys are taken as they are.'] : []),
  ];
  const rows = Object.entries(keys).map(row);
  return `## ${code(title)}

${[...notes, `Documented by ${links.join(' and ')}.`].join(' ')}
${rows.length === 0 ? '' : `\n| key | type | default | a change costs | products | |\n|---|---|---|---|---|---|\n${rows.join('\n')}\n`}`;
}

function code(title: string): string {
  return /["{]|^[a-z_]+$/.test(title) ? `\`${title}\`` : title;
}

function row([name, key]: readonly [string, ConfigurationKey]): string {
  const {type, summary, reason, secret} = key;
  const usual = key.default === undefined ? '' : key.default === '' ? 'empty' : `\`${key.default}\``;
  const words = [
    summary,
    ...(secret ? ['a secret'] : []),
    ...(key.file ? [`must be there (${productsOf({openbao: 'never', vault: 'never', ...key.file})})`] : []),
    ...(reason === undefined ? [] : [reason]),
  ].join('; ');
  const cells = [`\`${name}\``, typeNames[type] ?? type, usual, costOf(key), productsOf(key), words];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function costOf({impact = 'restart', reread = {}, unheeded = {}}: ConfigurationKey): string {
  const by = Object.entries(reread).map(
    ([product, versions]) => `${nameOf(product)}${rangeOf(versions)}: ${impacts.reload}`,
  );
  const same = new Set(Object.values(unheeded).map((values) => values.join(' '))).size === 1;
  const lasting = Object.entries(unheeded).map(
    ([product, values]) =>
      `${values.map((value) => (value === '' ? 'taken out' : `\`${value}\``)).join(' or ')}${same && Object.keys(unheeded).length > 1 ? '' : ` (${nameOf(product)})`}: ${impacts.restart}`,
  );
  return [impacts[impact], ...by, ...new Set(lasting)].join('; ');
}

function nameOf(product: string): string {
  return productNames[product as ServerProduct];
}

/** Empty: both, always. */
function productsOf(known: {readonly [product in ServerProduct]?: Availability}): string {
  const {openbao, vault} = known;
  if (openbao === undefined && vault === undefined) return '';
  return (['openbao', 'vault'] as const)
    .filter((product) => known[product] !== 'never')
    .map((product) => `${productNames[product]}${rangeOf(known[product])}`)
    .join(', ');
}

function rangeOf(available: Availability | undefined): string {
  if (available === undefined || available === 'never') return '';
  const {since, before, patched = [], enterprise} = available;
  const also = patched.length === 0 ? '' : ` (and ${patched.join(', ')})`;
  const from = since === undefined ? '' : ` ≥ ${since}${also}`;
  return `${enterprise ? ' Enterprise' : ''}${from}${before === undefined ? '' : ` < ${before}`}`;
}
