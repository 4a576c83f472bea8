/** Attributes that a task may promise of a path. */
export interface Ownership {
  readonly mode?: string | undefined;
  readonly owner?: string;
  readonly group?: string;
}

/** Mode, owner and group, as far as they are given. */
export function ownershipOf({mode, owner, group}: Ownership): {
  readonly mode?: string;
  readonly owner?: string;
  readonly group?: string;
} {
  return {
    ...(mode === undefined ? {} : {mode}),
    ...(owner === undefined ? {} : {owner}),
    ...(group === undefined ? {} : {group}),
  };
}
