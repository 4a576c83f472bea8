/** An initialisation that was begun: on which host of the inventory, and when (ISO 8601). */
export interface Intent {
  readonly host: string;
  readonly at: string;
}

/** What is noted before a cluster is initialised. */
export function printIntent(cluster: string, {host, at}: Intent): string {
  return `${JSON.stringify({cluster, host, at})}\n`;
}

/** Undefined: the text is none. */
export function intentIn(text: string): Intent | undefined {
  try {
    const {host, at} = JSON.parse(text) as Partial<Intent>;
    return typeof host === 'string' && typeof at === 'string' ? {host, at} : undefined;
  } catch {
    // It was cut off, or is something else.
    return undefined;
  }
}
