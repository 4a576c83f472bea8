import {beforeAll, describe, expect, it} from 'vitest';
import {ensureFleet, type Fleet} from './fleet.ts';

let fleet: Fleet;
beforeAll(async () => {
  fleet = await ensureFleet();
});

describe('the hosts of the fleet', () => {
  it('are each as they are said to be: hardened or not, with a sudo that asks or not', async () => {
    for (const {name, hardened, asksPassword} of fleet.hosts) {
      const sshd = await fleet.read(name, "sshd -T | grep -E '^(allowtcpforwarding|maxsessions) '");
      expect(sshd.split('\n').sort(), name).toEqual(
        hardened ? ['allowtcpforwarding no', 'maxsessions 2'] : ['allowtcpforwarding yes', 'maxsessions 10'],
      );
      const sudo = await fleet.exec(name, 'runuser -u pi -- sudo -n true');
      expect(sudo.exitCode === 0, `${name} lets pi be root unasked`).toBe(!asksPassword);
    }
  });

  it('have both quirks, unless FLEET_QUIRKS=0 says otherwise', () => {
    const quirks = process.env.FLEET_QUIRKS !== '0';
    expect(fleet.hosts.filter(({hardened}) => hardened).map(({name}) => name)).toEqual(
      quirks ? ['deskpi'] : [],
    );
    expect(fleet.hosts.filter(({asksPassword}) => asksPassword).map(({name}) => name)).toEqual(
      quirks ? ['atticpi'] : [],
    );
  });
});
