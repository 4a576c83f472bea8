import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {root} from './bundle.ts';
import {functionsPage} from './functions-page.ts';
import {modulesPage} from './modules-page.ts';
import {generateValidators} from './validators.ts';

await generateValidators();
// What was just generated is part of it, so it is imported only now.
const {catalogue} = await import('../src/modules/index.ts');
const casesOf = (module: string): string =>
  readFileSync(path.join(root, 'src/modules', module, 'cases.yml'), 'utf8');
writeFileSync(path.join(root, 'docs/modules.md'), modulesPage(catalogue(), casesOf));
const {functionDocs} = await import('../src/values/index.ts');
writeFileSync(path.join(root, 'docs/functions.md'), functionsPage(functionDocs()));
const {errorsPage} = await import('./errors-page.ts');
writeFileSync(path.join(root, 'docs/errors.md'), errorsPage());
const {configurationBlocks, configurationRules} = await import('../src/vault/index.ts');
const {vaultConfigurationPage} = await import('./vault-configuration-page.ts');
writeFileSync(
  path.join(root, 'docs/vault-configuration.md'),
  vaultConfigurationPage(configurationBlocks, configurationRules),
);
const {doctorPage} = await import('./doctor-page.ts');
const doctor = path.join(root, 'docs/doctor.md');
writeFileSync(doctor, doctorPage(readFileSync(doctor, 'utf8')));
