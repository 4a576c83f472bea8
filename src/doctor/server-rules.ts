import type {HostFacts} from '../resources/index.ts';
import {
  type KnownServer,
  type NodeStatus,
  obstaclesOn,
  type ReadFindings,
  type ReadServer,
} from '../vault/index.ts';
import {addressMistakes} from './addresses.ts';
import {type Rule, type Told, told} from './finding.ts';
import {owedRules, type SeenOwing} from './owed-rules.ts';
import type {ServerCondition} from './server-condition.ts';

/** A member's server as it was seen. */
export interface SeenServer extends SeenOwing {
  readonly host: string;
  /** By which the other members reach the host. */
  readonly address: string;
  readonly facts: HostFacts;
  readonly found: ReadFindings;
  /** What is known of it in its cluster. */
  readonly node: NodeStatus;
}

const mebibyte = 1024 ** 2;

/**
 * bbolt maps the whole file, the old and the new beside each other when it grows: 32 bits have no room for that from half
 * a gibibyte on. @see bbolt, MaxMapSize
 */
const ceilingBytes = 512 * mebibyte;
const nearCeilingBytes = 256 * mebibyte;

/** Entries of raft's log: a member that serves is a few behind at most. */
const muchBehind = 1_000;

/** What is judged of a member's server, its unit, its configuration and its data. */
export const serverRules: readonly Rule<SeenServer>[] = [
  {
    id: 'database-ceiling',
    check: 'disk',
    level: 'problem',
    meaning: 'The database of a 32-bit server is larger than 512 MiB: it may not open at the next start',
    finds: (seen) => databaseTold(seen, ceilingBytes, Number.POSITIVE_INFINITY),
  },
  {
    id: 'database-grows',
    check: 'disk',
    level: 'note',
    meaning: 'The database of a 32-bit server is larger than 256 MiB',
    finds: (seen) => databaseTold(seen, nearCeilingBytes, ceilingBytes),
  },
  {
    id: 'server-none',
    check: 'server',
    level: 'problem',
    meaning: 'A host of the group has no server',
    finds: ({server}) =>
      server ? [] : told('it is in the group, and there is no server', 'vprov run playbooks/vault.yml'),
  },
  {
    id: 'server-stopped',
    check: 'server',
    level: 'problem',
    meaning: 'The server does not run',
    finds: ({server, condition}) => {
      if (!server || server.pid > 0) return [];
      const result = condition?.unit?.result ?? '';
      const why = result === '' || result === 'success' ? '' : ` (${result})`;
      return told(
        `its server does not run${why}`,
        server.unit === ''
          ? `start it: ${server.program}`
          : `see why: journalctl -u ${server.unit} -n 30; then systemctl start ${server.unit}`,
      );
    },
  },
  {
    id: 'server-silent',
    check: 'server',
    level: 'problem',
    meaning: 'The server runs and gives no answer to its own host',
    finds: ({server, node}) =>
      server && server.pid > 0 && server.container === '' && node.initialized === null
        ? told(
            `its server gives no answer: ${server.status?.problem ?? 'nobody could ask'}`,
            `see what it does: journalctl -u ${server.unit || 'vault'} -n 30`,
          )
        : [],
  },
  {
    id: 'server-new',
    check: 'server',
    level: 'problem',
    meaning: 'The server is not initialised: it is no member yet',
    finds: ({node}) =>
      node.initialized === false
        ? told(
            'not initialised: it is no member yet',
            'vprov run playbooks/vault.yml -e vault_bootstrap=NAME (docs/vault-bootstrap.md)',
          )
        : [],
  },
  {
    id: 'server-sealed',
    check: 'server',
    level: 'problem',
    meaning: 'The server is sealed, and serves nothing',
    finds: ({node}) =>
      node.initialized === true && node.sealed === true && node.removed !== true
        ? told('sealed, and serves nothing', 'vprov run playbooks/vault-unseal.yml')
        : [],
  },
  {
    id: 'server-removed',
    check: 'server',
    level: 'problem',
    meaning: 'The member was removed from its cluster, and stays out with the data that it has',
    finds: ({node}) =>
      node.removed === true
        ? told(
            'removed from its cluster: it stays out with the data that it has',
            'vprov run playbooks/vault-replace-node.yml has it begin anew (docs/vault-members.md)',
          )
        : [],
  },
  {
    id: 'server-behind',
    check: 'server',
    level: 'note',
    meaning: "The member is more than 1000 entries of raft's log behind",
    finds: ({node: {lag}}) =>
      lag !== null && lag > muchBehind
        ? told(
            `it is ${lag} entries behind`,
            'look again in a minute: vprov vault status. One that stays behind is slow, or its network is',
          )
        : [],
  },
  {
    id: 'unit-obstacle',
    check: 'unit',
    level: 'problem',
    meaning:
      'Two servers, two units of one name, a package beside a release, a container, or another storage than raft',
    finds: ({found}) =>
      obstaclesOn(found).flatMap((message) =>
        told(message, 'docs/adoption.md has what to do with each of these'),
      ),
  },
  {
    id: 'unit-no-configuration',
    check: 'unit',
    level: 'problem',
    meaning: "The unit's command names a configuration that is not there, or that no server can read",
    finds: ({server, condition}) =>
      unreadConfigurations(server, condition).flatMap((path) =>
        told(
          `${server?.unit} starts the server with -config ${path}, and there is no configuration that can be read there`,
          `see systemctl cat ${server?.unit}: name the file that is there, then systemctl daemon-reload`,
        ),
      ),
  },
  {
    id: 'unit-disabled',
    check: 'unit',
    level: 'problem',
    meaning: 'The unit is not enabled: after a reboot the server does not start',
    finds: ({server, condition}) =>
      condition?.unit?.fileState === 'disabled'
        ? told(
            `${server?.unit} is not enabled: after a reboot the server does not start`,
            `systemctl enable ${server?.unit}, or vprov run playbooks/vault.yml`,
          )
        : [],
  },
  {
    id: 'data-owner',
    check: 'unit',
    level: 'problem',
    meaning:
      'The data belong to somebody else than the user that the server runs as: it cannot open them at its next start',
    finds: ({server, condition}) => {
      const {unit, paths = []} = condition ?? {};
      const data = server?.path.replace(/\/$/, '') ?? '';
      const isOfData = (path: string): boolean =>
        data !== '' && (path === data || path.startsWith(`${data}/`));
      const others = paths.filter(
        ({path, owner, uid}) =>
          unit && unit.user !== 'root' && isOfData(path) && ![owner, uid].includes(unit.user),
      );
      const [first] = others;
      if (!unit || !first) return [];
      return told(
        `${others.map(({path}) => path).join(', ')} belongs to ${first.owner}, and the server runs as ${unit.user}: at its next start it cannot open it`,
        `chown ${unit.user}: ${others.map(({path}) => path).join(' ')}`,
      );
    },
  },
  {
    id: 'address-not-reached',
    check: 'unit',
    level: 'problem',
    meaning:
      'The configuration listens on loopback alone, or gives the others an address that is not the host',
    finds: ({server, ...seen}) =>
      server
        ? addressMistakes(server, seen).flatMap((message) =>
            told(
              message,
              'set vault_address (or host) in the inventory, then vprov run playbooks/vault.yml --check --diff',
            ),
          )
        : [],
  },
  ...owedRules,
];

function databaseTold({facts, node}: SeenServer, from: number, to: number): readonly Told[] {
  const bytes = node.database_bytes ?? 0;
  if (facts.long_bit !== 32 || bytes <= from || bytes > to) return [];
  return told(
    `vault.db has ${Math.floor(bytes / mebibyte)} MiB, and a 32-bit server maps hardly more than 512 MiB`,
    'find what fills it (certificates that are kept, leases without end), or move the member to a 64-bit system',
  );
}

/** Those of the unit's command, which the next start will have, by absolute paths. */
function unreadConfigurations(
  server: KnownServer<ReadServer> | undefined,
  condition: ServerCondition | undefined,
): readonly string[] {
  if (server?.container !== '') return [];
  const read = server.files.filter((file) => !server.unread.includes(file));
  return (condition?.unit?.configurations ?? [])
    .filter((path) => path.startsWith('/'))
    .filter((path) => !read.some((file) => file === path || file.startsWith(`${path.replace(/\/$/, '')}/`)));
}
