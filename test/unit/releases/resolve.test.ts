import {describe, expect, it} from 'vitest';
import {
  type Architecture,
  boardNamed,
  knownBrokenBuilds,
  type Member,
  type Product,
  products,
  resolveVersion,
} from '../../../src/releases/index.ts';

function product(name: string): Product {
  const found = products.get(name);
  if (!found) throw new Error(`no product ${name}`);
  return found;
}

function onBoard(host: string, board: string): Member {
  const found = boardNamed(board);
  if (!found) throw new Error(`no board ${board}`);
  return {host, ...found};
}

const homelab = [
  onBoard('sense', 'pi_4'),
  onBoard('wallpi', 'pi_zero'),
  onBoard('frontpi', 'pi_zero'),
  onBoard('deskpi', 'pi_3'),
  onBoard('atticpi', 'pi_zero'),
];
const large = [onBoard('sense', 'pi_4'), onBoard('server', 'pc')];

function resolve(name: string, version: string, members: readonly Member[]) {
  const broken = knownBrokenBuilds;
  return resolveVersion({product: product(name), version, members, broken});
}

describe('one version for a cluster', () => {
  it.each([
    ['vault', homelab, '1.21.1'],
    ['vault', large, '2.0.3'],
    ['vault', [onBoard('deskpi', 'pi_3')], '1.21.1'],
    ['openbao', homelab, '2.6.2'],
    ['openbao', large, '2.7.2'],
  ])(
    'auto of %s is the newest that is built for all and known to be bad for none',
    (name, members, version) => {
      expect(resolve(name, 'auto', members)).toEqual({type: 'resolved', version});
    },
  );

  it.each(['1.21.1', '1.20.4', '1.15.3', '1.7.1', '1.9.2'])('takes vault %s for the homelab', (version) => {
    expect(resolve('vault', version, homelab)).toEqual({type: 'resolved', version});
  });

  it.each([
    [
      '1.21.4',
      /^wallpi, frontpi and atticpi \(ARM1176, ARMv6\), deskpi \(.*32-bit.*\) cannot run vault 1\.21\.4: .*1\.21\.1.*homebrew-tap/,
    ],
    ['2.0.3', /^wallpi, frontpi and atticpi .*deskpi .* cannot run vault 2\.0\.3/],
    [
      '1.15.1',
      /^wallpi, frontpi and atticpi \(ARM1176, ARMv6\) cannot run vault 1\.15\.1: .*illegal instruction.*24020/,
    ],
    ['1.7.0', /deskpi.* cannot run vault 1\.7\.0: it panics .*11197/],
  ])('refuses vault %s for the homelab, and says who, why and where that is known from', (version, words) => {
    const answer = resolve('vault', version, homelab);
    if (answer.type !== 'refused') throw new Error('it was taken');
    expect(answer.message).toMatch(words);
    expect(answer.hint).toMatch(/pin vault <= 1\.21\.1.*OpenBao.*vault-to-openbao/);
  });

  it('refuses an architecture that the product was never built for', () => {
    const old: Architecture = 'i686';
    const answer = resolve('openbao', '2.6.2', [{host: 'oldbox', architecture: old}]);
    expect(answer).toMatchObject({type: 'refused', message: expect.stringMatching(/oldbox .*32-bit x86/)});
  });
});

it('names no other version where there is no build of any for an architecture', () => {
  const product = products.get('openbao');
  if (!product) throw new Error('no product openbao');
  const members = [{host: 'oldpc', architecture: 'i686'}] as const;
  expect(resolveVersion({product, version: '2.6.2', members, broken: []})).toMatchObject({
    hint: 'take another product, or leave these hosts out',
  });
});
