import {sh} from '../../shell/index.ts';
import type {ProgramSwitch, Stuck} from '../../vault/index.ts';
import type {ActionPorts} from '../contract.ts';
import {watchUnit} from '../vault-unit.ts';
import type {VaultUpgradeArguments} from './schema.ts';

const usualUnit = 'vault.service';

/** The versions of a program that stand side by side, and the link that leads to one of them. */
export function switchOf(
  {dir, program, link, unit = usualUnit}: VaultUpgradeArguments,
  ports: ActionPorts,
): ProgramSwitch {
  const {start, explained} = watchUnit(unit, ports);
  return {
    explained,
    to(version): Promise<Stuck | undefined> {
      const file = `${dir}/${version}/${program}`;
      const beside = `${link}.vprov-switch`;
      // A link is never missing: one is renamed over the other.
      const script = sh`[ -x ${file} ] || { echo ${`${file} is not there`} >&2; exit 1; }
if ! [ ${link} -ef ${file} ]; then
ln -sfn -- ${file} ${beside} && mv -fT ${beside} ${link} || exit 1
fi
systemctl restart ${unit}`;
      return start(script);
    },
  };
}
