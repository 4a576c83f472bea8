import type {OwedHandler} from '../resources/index.ts';
import type {KnownServer, ReadServer} from '../vault/index.ts';
import {type Rule, told} from './finding.ts';
import type {ServerCondition} from './server-condition.ts';

/** A server, and what may be on its host that it does not run with. */
export interface SeenOwing {
  /** The one that is judged; undefined: there is none. */
  readonly server: KnownServer<ReadServer> | undefined;
  readonly condition: ServerCondition | undefined;
  /** Handlers that runs of vprov left owed. */
  readonly owed: readonly OwedHandler[];
}

/** What a server owes: what it would run with from its next start on, and does not yet. */
export const owedRules: readonly Rule<SeenOwing>[] = [
  {
    id: 'unit-reload',
    check: 'unit',
    level: 'note',
    meaning: 'The unit was changed, and systemd has not read it yet',
    finds: ({server, condition}) =>
      condition?.unit?.needsReload
        ? told(
            `${server?.unit} was changed, and systemd has not read it yet`,
            'systemctl daemon-reload there',
          )
        : [],
  },
  {
    id: 'restart-owed',
    check: 'unit',
    level: 'note',
    meaning: 'A run of vprov left something owed, a restart above all: the server runs with what was before',
    finds: ({owed}) =>
      owed.flatMap(({handler, since, playbook}) =>
        told(
          `owed: ${handler}, since ${since.slice(0, 10)} (${playbook})`,
          'vprov run playbooks/vault-restart.yml restarts and unseals such members, one after the other',
        ),
      ),
  },
  {
    id: 'configuration-changed',
    check: 'unit',
    level: 'note',
    meaning:
      'The configuration was changed after the server read it, and nothing is owed: somebody changed it by hand',
    finds: ({server, condition, owed}) => {
      const {unit, paths = []} = condition ?? {};
      const since = unit?.since;
      if (!server || server.pid === 0 || since === undefined || owed.length > 0) return [];
      const changed = paths.filter(
        ({path, modified, isOurs}) => server.files.includes(path) && modified > since + 1 && !isOurs,
      );
      return changed.flatMap(({path}) =>
        told(
          `${path} was changed after the server read it: what it says may hold only from the next start on`,
          'see what it is: vprov run playbooks/vault.yml --check --diff',
        ),
      );
    },
  },
  {
    id: 'program-replaced',
    check: 'unit',
    level: 'note',
    meaning: "The program's file was replaced under the server, which runs the old one until its next start",
    finds: ({server}) =>
      server?.isReplaced
        ? told(
            `${server.program} was replaced under the server, which runs the old one until its next start`,
            'vprov run playbooks/vault-restart.yml -e vault_restart_which=all, when the keys are at hand',
          )
        : [],
  },
];
