import {expect, it} from 'vitest';
import {deniedBuilds} from '../../../src/modules/release-deny.ts';

it.each([
  ['arm64', ['aarch64']],
  ['armv6l', ['armv6l']],
  ['armhf', ['armv6l', 'armv7l']],
])('%s in a list of what is denied stands for %j', (name, architectures) => {
  const entry = {
    product: 'openbao',
    from: '2.6.2',
    architectures: [name],
    reason: 'r',
    source: 's',
    kind: 'broken',
  } as const;
  expect(deniedBuilds([entry])).toMatchObject([{architectures}]);
});
