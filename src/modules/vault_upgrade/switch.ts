import {sh} from '../../shell/index.ts';
import type {ProgramSwitch, Stuck} from '../../vault/index.ts';
import type {ActionPorts} from '../contract.ts';
import type {VaultUpgradeArguments} from './schema.ts';

/** A server writes out what it has before it ends; the unit's own limit is shorter. */
const restartTimeoutMs = 900_000;
const usualUnit = 'vault.service';

/** The versions of a program that stand side by side, and the link that leads to one of them. */
export function switchOf(
  {dir, program, link, unit = usualUnit}: VaultUpgradeArguments,
  ports: ActionPorts,
): ProgramSwitch {
  return {
    async to(version): Promise<Stuck | undefined> {
      const file = `${dir}/${version}/${program}`;
      const beside = `${link}.vprov-switch`;
      // A link is never missing: one is renamed over the other.
      const script = sh`[ -x ${file} ] || { echo ${`${file} is not there`} >&2; exit 1; }
if ! [ ${link} -ef ${file} ]; then
ln -sfn -- ${file} ${beside} && mv -fT ${beside} ${link} || exit 1
fi
systemctl restart ${unit}`;
      const {exitCode, stderr} = await ports.run(script, restartTimeoutMs);
      return exitCode === 0 ? undefined : {problem: stderr.toString('utf8').trim()};
    },
  };
}
