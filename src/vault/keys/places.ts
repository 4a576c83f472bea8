/**
 * Where a cluster's keys are, by the name of their file: `keys` (NAME.age) lasts. `initial` (NAME.initial.age) is
 * written before it and has the initial root token, too, until that has handed over. `intent` (NAME.intent.json) says
 * from before a cluster is initialised until its keys are kept that it is being done, and where; it holds no secret.
 */
export interface KeyPlaces {
  readonly keys: string;
  readonly initial: string;
  readonly intent: string;
}

/** @param keys the file, which ends with `.age` */
export function placesOfKeys(keys: string): KeyPlaces {
  const base = keys.replace(/\.age$/, '');
  return {keys, initial: `${base}.initial.age`, intent: `${base}.intent.json`};
}
