function never(): never {
  throw new Error('this kind of resource is only read: nothing is wanted of it');
}

/** The half of a kind that deals with wants, for one of which nothing is ever wanted. */
export const onlyRead = {
  reads: never,
  refuse: never,
  diff: never,
  steps: never,
  effects: never,
  predict: never,
} as const;
