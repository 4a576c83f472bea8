/**
 * Whether shares are of one split: the first `threshold` of them say what each other one must be. They must be distinct
 * and of one length.
 *
 * Each byte of the secret is the value at 0 of a polynomial over GF(2^8) of degree `threshold` - 1; a share has its
 * values at one place, and that place as its last byte.
 * @see https://github.com/openbao/openbao/blob/main/sdk/helper/shamir/shamir.go
 * @returns undefined where there is none to spare, so that nothing can be said without the server
 */
export function areOfOneSplit(shares: readonly Uint8Array[], threshold: number): boolean | undefined {
  const points = shares.map((share) => ({x: share.at(-1) ?? 0, y: share.subarray(0, -1)}));
  const [some, others] = [points.slice(0, threshold), points.slice(threshold)];
  if (others.length === 0) return undefined;
  return others.every(({x, y}) => {
    const weights = some.map((one) => weightAt(x, one.x, some));
    return y.every(
      (byte, at) => byte === some.reduce((sum, one, i) => sum ^ times(one.y[at], weights[i]), 0),
    );
  });
}

interface Point {
  readonly x: number;
}

/** How much the value at `own` counts for that at `x`: Lagrange's basis polynomial. Adding is xor, as is taking away. */
function weightAt(x: number, own: number, points: readonly Point[]): number {
  return points
    .filter((other) => other.x !== own)
    .reduce((product, other) => times(product, times(x ^ other.x, inverse(own ^ other.x))), 1);
}

/** In the field of AES. @see FIPS 197, 4.2 */
function times(a = 0, b = 0): number {
  let product = 0;
  for (let bit = 0, shifted = a; bit < 8; bit++) {
    if ((b >> bit) & 1) product ^= shifted;
    shifted = shifted & 0x80 ? ((shifted << 1) ^ 0x11b) & 0xff : shifted << 1;
  }
  return product;
}

/** By a^254, as a^255 is 1. */
function inverse(a: number): number {
  let power = 1;
  for (let count = 0; count < 254; count++) power = times(power, a);
  return power;
}
