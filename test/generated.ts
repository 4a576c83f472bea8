import {generateStaleValidators} from '../scripts/validators.ts';

/** Before the tests of a ring: what the build generates is there, and is of these sources. */
export async function setup(): Promise<void> {
  await generateStaleValidators();
}
