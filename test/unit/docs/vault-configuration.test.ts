import {readFileSync} from 'node:fs';
import {expect, it} from 'vitest';
import {vaultConfigurationPage} from '../../../scripts/vault-configuration-page.ts';
import {configurationBlocks, configurationRules} from '../../../src/vault/index.ts';

it('docs/vault-configuration.md is what `npm run docs` makes of the table of keys', () => {
  expect(readFileSync('docs/vault-configuration.md', 'utf8'), 'run npm run docs').toBe(
    vaultConfigurationPage(configurationBlocks, configurationRules),
  );
});
