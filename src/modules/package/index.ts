import type {StateModule} from '../contract.ts';
import {packageProblems, packageWants} from '../package-wants.ts';
import type {PackageModuleArguments} from './schema.ts';

export const packageModule: StateModule<PackageModuleArguments> = {
  type: 'state',
  name: 'package',
  summary: "Installs, upgrades or removes packages by the host's package manager, which has to be apt",
  scope: 'host',
  check: packageProblems,
  want: (args) => packageWants(args),
};
