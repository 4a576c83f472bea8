import {Type} from 'typebox';
import {argumentsOf, type Static} from '../argument-types.ts';

export const schema = argumentsOf(
  {
    name: Type.Optional(
      Type.Unsafe<string | readonly string[]>({
        type: ['string', 'array'],
        items: {type: 'string'},
        minItems: 1,
        description:
          'The package, or a list of them: they are installed in one go. `name=1.2.3` is a version, `name=1.2*` several.',
      }),
    ),
    state: Type.Optional(
      Type.Enum(['present', 'absent', 'latest'], {
        description: '`latest`: the version that apt would install now, by its package lists.',
        default: 'present',
      }),
    ),
    update_cache: Type.Optional(
      Type.Boolean({description: 'Get the package lists anew, if they are too old.', default: false}),
    ),
    cache_valid_time: Type.Optional(
      Type.Integer({
        description: 'Seconds for which the package lists are new enough.',
        minimum: 0,
        default: 3600,
      }),
    ),
    purge: Type.Optional(
      Type.Boolean({description: 'With `absent`: take its configuration away too.', default: false}),
    ),
    autoremove: Type.Optional(
      Type.Boolean({
        description: 'With `absent`: take away what was installed only for its sake too.',
        default: false,
      }),
    ),
    install_recommends: Type.Optional(
      Type.Boolean({description: "Install what a package recommends. By default as the host's apt says."}),
    ),
    allow_downgrade: Type.Optional(
      Type.Boolean({description: 'Put an older version in the place of a newer one.', default: false}),
    ),
  },
  {
    rules: [
      {rule: 'some-of', arguments: ['name', 'update_cache']},
      {rule: 'only-beside', arguments: ['cache_valid_time'], beside: ['update_cache']},
      {rule: 'only-with', arguments: ['purge', 'autoremove'], argument: 'state', values: ['absent']},
      {
        rule: 'only-with',
        arguments: ['install_recommends', 'allow_downgrade'],
        argument: 'state',
        values: ['present', 'latest'],
      },
    ],
    checkMode:
      'What is not there on the host may come with a package that is planned, so it is unknown for the tasks after it.',
    retired: {
      pkg: "its name is 'name'",
      package: "its name is 'name'",
      'update-cache': "its name is 'update_cache'",
      allow_downgrades: "its name is 'allow_downgrade'",
      upgrade: 'use command with apt-get: an upgrade of everything cannot be foretold',
      deb: 'copy the file and use command with apt-get install and creates',
      default_release: 'pin it by a file in /etc/apt/preferences.d',
      autoclean: 'use command with apt-get autoclean',
      clean: 'use command with apt-get clean',
      only_upgrade: 'use when with the result of a command that asks dpkg-query',
      force: 'leave it out',
      force_apt_get: 'leave it out: it is always apt-get',
      dpkg_options: 'leave it out: configuration that was changed on the host stays (confdef, confold)',
      lock_timeout: 'leave it out: the locks of apt and dpkg are waited for, up to 10 minutes',
      update_cache_retries: 'leave it out: put until and retries on a command where you need them',
      update_cache_retry_max_delay: 'leave it out',
      policy_rc_d: 'mask the unit by a task before',
      fail_on_autoremove: 'leave it out',
      allow_change_held_packages: 'use command with apt-mark unhold',
      allow_unauthenticated: 'say [trusted=yes] in the source itself',
      auto_install_module_deps: 'leave it out: hosts need no Python',
    },
  },
);

export type AptArguments = Static<typeof schema>;
