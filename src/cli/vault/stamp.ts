/** When something was seen, to the second, in UTC. @param now milliseconds since the epoch */
export function stampOf(now: number): string {
  return `${new Date(now).toISOString().slice(0, 19)}Z`;
}
