import type {Change, Ref, Want} from '../contract.ts';

/** A setting of the running kernel. Absent: this kernel has none of that name. */
export interface SysctlState {
  /** What is between its parts is one space. */
  readonly value: string | undefined;
  /** Whether this user may set it: in containers /proc/sys is often read-only. Not known of one that is planned. */
  readonly writable?: boolean;
}

export interface SysctlDesired {
  readonly value: string;
}

export type SysctlWant = Want<'sysctl', SysctlDesired>;
export type SysctlChange = Change<'sysctl', SysctlState, SysctlDesired>;

export function sysctlWant(name: string, value: string): SysctlWant {
  return {ref: sysctlRef(name), after: {value}};
}

export function sysctlRef(name: string): Ref<'sysctl'> {
  return {kind: 'sysctl', id: name, facets: ['state']};
}
