import {describe, expect, it} from 'vitest';
import {dialError} from '../../../src/transport/dial.ts';
import {addressesOf, isMdnsName, mayHaveMoved, movedHint} from '../../../src/transport/names.ts';

const found = [{address: '192.168.1.21', family: 4}];
const unknown = (): Error => Object.assign(new Error('getaddrinfo ENOTFOUND'), {code: 'ENOTFOUND'});
const never = new AbortController().signal;

/** A resolver that finds the name at the nth time. */
function resolver(findsAt: number) {
  let asked = 0;
  return {
    asked: () => asked,
    lookup: async () => {
      if (++asked < findsAt) throw unknown();
      return found;
    },
  };
}

describe('a name of mDNS', () => {
  it('is looked up again until it is found, which is told once', async () => {
    const told: string[] = [];
    const {lookup, asked} = resolver(4);
    const patience = {patienceMs: 10_000, pauseMs: 1, lookup};
    expect(await addressesOf('wallpi.local', never, (message) => told.push(message), patience)).toBe(found);
    expect(asked()).toBe(4);
    expect(told).toEqual(['looking for wallpi.local by mDNS, for 10 s at most']);
  });

  it('is told to be waited for while a resolver that takes its time has not answered, and for no longer', async () => {
    let answer = (): void => undefined;
    const slow = new Promise<typeof found>((resolve) => {
      answer = () => resolve(found);
    });
    const looking = addressesOf('wallpi.local', never, () => answer(), {
      patienceMs: 60_000,
      pauseMs: 1,
      lookup: () => slow,
    });
    expect(await looking).toBe(found);
    const silent = new Promise<never>(() => undefined);
    const given = addressesOf('wallpi.local', never, undefined, {
      patienceMs: 30,
      pauseMs: 1,
      lookup: () => silent,
    });
    await expect(given).rejects.toMatchObject({code: 'ENOTFOUND'});
  });

  it('is given up after its time', async () => {
    const {lookup, asked} = resolver(1_000_000);
    const looking = addressesOf('wallpi.local', never, undefined, {patienceMs: 30, pauseMs: 5, lookup});
    await expect(looking).rejects.toMatchObject({code: 'ENOTFOUND'});
    expect(asked()).toBeGreaterThan(1);
  });

  it('is no longer waited for when nobody wants it', async () => {
    const stop = new AbortController();
    const {lookup} = resolver(1_000_000);
    const looking = addressesOf('wallpi.local', stop.signal, () => stop.abort(), {
      patienceMs: 60_000,
      pauseMs: 30_000,
      lookup,
    });
    await expect(looking).rejects.toThrow(/abort/i);
  });

  it('ends in .local', () => {
    expect(['a.local', 'a.LOCAL.', 'local', 'a.localdomain', 'a.local.net'].map(isMdnsName)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('that is not found is told with what mDNS takes', () => {
    const error = dialError({hostName: 'wallpi', host: 'wallpi.local', port: 22}, unknown());
    expect(error.message).toBe('the name wallpi.local of wallpi was not found by mDNS');
    expect(error.hint).toMatch(/libnss-mdns.*avahi-daemon.*`host`/);
  });
});

describe('another name', () => {
  it('is looked up once', async () => {
    const {lookup, asked} = resolver(2);
    const looking = addressesOf('wallpi.lan', never, undefined, {patienceMs: 1000, pauseMs: 1, lookup});
    await expect(looking).rejects.toMatchObject({code: 'ENOTFOUND'});
    expect(asked()).toBe(1);
  });
});

describe('the address of the inventory', () => {
  it('is held against DNS', () => {
    expect(movedHint('wallpi', '192.168.1.21', ['192.168.1.30'])).toBe(
      'DNS has 192.168.1.30 for wallpi, the inventory 192.168.1.21: correct `host`, or leave it out',
    );
    expect(movedHint('wallpi', '192.168.1.21', ['fd00::1', '192.168.1.21'])).toBeUndefined();
    expect(movedHint('wallpi', '192.168.1.21', [])).toBeUndefined();
  });

  it('is not, where it is a name or this machine', () => {
    expect(mayHaveMoved('wallpi', '192.168.1.21')).toBe(true);
    for (const [hostName, host] of [
      ['wallpi', 'wallpi.lan'],
      ['wallpi', '127.0.0.1'],
      ['192.168.1.21', '192.168.1.21'],
      ['strange name', '192.168.1.21'],
    ] as const)
      expect(mayHaveMoved(hostName, host)).toBe(false);
  });
});
