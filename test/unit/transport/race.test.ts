import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {alternate} from '../../../src/transport/race.ts';

const address = fc.record({address: fc.string(), family: fc.constantFrom(4, 6)});

describe('the addresses of a name', () => {
  it('are tried in turn, one of each family, in their order within it', () => {
    const v6 = (address: string) => ({address, family: 6});
    const v4 = (address: string) => ({address, family: 4});
    expect(alternate([v6('a'), v6('b'), v6('c'), v4('d')])).toEqual([v6('a'), v4('d'), v6('b'), v6('c')]);
    expect(alternate([v4('a'), v6('b'), v4('c')])).toEqual([v4('a'), v6('b'), v4('c')]);
  });

  it('are all tried, the first one first', () => {
    fc.assert(
      fc.property(fc.array(address), (addresses) => {
        const order = alternate(addresses);
        expect(order[0]).toBe(addresses[0]);
        expect(new Set(order)).toEqual(new Set(addresses));
        expect(order.length).toBe(addresses.length);
      }),
    );
  });
});
