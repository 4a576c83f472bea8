/** Which server the fleet's tests are about. Both programs also take VAULT_ADDR, VAULT_TOKEN and VAULT_CACERT. */
export interface TestProduct {
  readonly name: 'openbao' | 'vault';
  /** As it is shown to people. */
  readonly title: string;
  readonly program: 'bao' | 'vault';
  /** What its environment variables begin with. */
  readonly prefix: 'BAO' | 'VAULT';
  /** What the hosts start with. */
  readonly olderVersion: string;
  /** What they are upgraded to. */
  readonly newerVersion: string;
}

/** The pinned minors of each. */
export const products = {
  openbao: {
    name: 'openbao',
    title: 'OpenBao',
    program: 'bao',
    prefix: 'BAO',
    olderVersion: '2.6.2',
    newerVersion: '2.7.2',
  },
  vault: {
    name: 'vault',
    title: 'Vault',
    program: 'vault',
    prefix: 'VAULT',
    // Builds of our own: none whose checksum vprov knows is taken for HashiCorp's.
    olderVersion: '1.9.10',
    newerVersion: '1.21.0',
  },
} as const satisfies Record<string, TestProduct>;

/** OpenBao, or HashiCorp's own where VPROV_TEST_PRODUCT=vault says so (`make test-vault`). */
export const product: TestProduct =
  process.env.VPROV_TEST_PRODUCT === 'vault' ? products.vault : products.openbao;

/** How its program is called, what the hosts start with, and what they are upgraded to. */
export const {program, olderVersion, newerVersion} = product;
