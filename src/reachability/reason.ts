import type {Blocked} from './model.ts';

/**
 * What sshd, a shell, perl, python, socat, nc, busybox or openssl say, in glibc's words and in musl's.
 * @see strerror(3), gai_strerror(3)
 */
const words: readonly (readonly [RegExp, Blocked])[] = [
  [/connection refused|errno ?= ?111\b/i, 'refused'],
  [
    // sshd's own words where its system refuses at once to begin: it has no route, or its firewall rejects.
    /^open failed$|no route to host|host is unreachable|network is unreachable|network unreachable|host is down|errno ?= ?(101|113)\b/i,
    'no-route',
  ],
  [
    /name or service not known|name does not resolve|no address associated|temporary failure in name|try again|unknown host|bad address|could not resolve|nodename nor servname|not known|no address|not found in dns/i,
    'unknown-name',
  ],
  [/timed? ?out|no (answer|connection) within|does not answer|errno ?= ?110\b/i, 'filtered'],
];

/** Why there was no connection, by the words that somebody found for it; undefined where they say nothing known. */
export function blockedBy(said: string): Blocked | undefined {
  return words.find(([expression]) => expression.test(said))?.[1];
}
