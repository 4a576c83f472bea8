import {packageListsWant} from '../../resources/index.ts';
import type {StateModule} from '../contract.ts';
import {packageProblems, packageWants} from '../package-wants.ts';
import type {AptArguments} from './schema.ts';

const defaultValidSeconds = 3600;

export const apt: StateModule<AptArguments> = {
  type: 'state',
  name: 'apt',
  summary: 'Installs, upgrades or removes packages of Debian and its like',
  scope: 'host',
  check: packageProblems,

  want(args) {
    const {update_cache: updates, cache_valid_time: seconds = defaultValidSeconds} = args;
    const {install_recommends: recommends, allow_downgrade: allowDowngrade, autoremove} = args;
    return [
      ...(updates ? [packageListsWant(seconds)] : []),
      ...packageWants(args, {
        ...(recommends === undefined ? {} : {recommends}),
        ...(allowDowngrade ? {allowDowngrade} : {}),
        ...(autoremove ? {autoremove} : {}),
      }),
    ];
  },
};
