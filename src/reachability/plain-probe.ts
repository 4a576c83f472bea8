import {type Script, sh} from '../shell/index.ts';
import type {Finding} from './model.ts';
import {blockedBy} from './reason.ts';

/**
 * Whether a port is open, for hosts that relay no bytes: by an nc that can only look (OpenBSD's), or by openssl.
 * Prints `open` or what the program said; exit code 97: there is none.
 * @see nc(1): -z only looks, -w the longest wait; s_client(1)
 */
export function plainProbe(address: string, port: number, timeoutSeconds: number): Script {
  return sh`export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
address=${address} port=${port} seconds=${timeoutSeconds}
has() { command -v "$1" >/dev/null 2>&1; }
if has nc; then
  case $(nc -h 2>&1 </dev/null) in *-z* | *Zz]* | *vz*)
    said=$(nc -v -z -w "$seconds" "$address" "$port" 2>&1 </dev/null) && echo open || echo "$said"
    exit 0 ;;
  esac
fi
if has openssl; then
  echo ${waitsForTls}
  case $address in *:*) address="[$address]" ;; esac
  said=$(openssl s_client -connect "$address:$port" 2>&1 </dev/null)
  case $said in *CONNECTED*) echo open ;; *) echo "$said" ;; esac
  exit 0
fi
exit 97`;
}

const noToolExitCode = 97;

const waitsForTls = 'by-openssl';

/**
 * What comes of a probe that took too long: an nc gives up by itself, an openssl waits for an answer in TLS.
 * @param said until then
 */
export function findingOfSilence(said: string, timeoutSeconds: number): Finding {
  const detail = `no answer within ${timeoutSeconds} s`;
  if (!said.includes(waitsForTls)) return {type: 'blocked', why: 'filtered', detail};
  return {type: 'unknown', detail: `${detail}: it is filtered, or speaks no TLS, which openssl cannot tell`};
}

/** @param why why no bytes are relayed, for hosts that have no such program either */
export function findingOf(exitCode: number, said: string, timeoutSeconds: number, why: string): Finding {
  if (exitCode === noToolExitCode) return {type: 'unknown', detail: why};
  const text = said.replace(`${waitsForTls}\n`, '').trim();
  if (/(^|\n)open$/.test(text)) return {type: 'open', tls: {type: 'unknown'}};
  // An nc that only waited says nothing.
  if (text === '') return {type: 'blocked', why: 'filtered', detail: `no answer within ${timeoutSeconds} s`};
  const blocked = blockedBy(text);
  const last = text.split('\n').at(-1) ?? '';
  return blocked ? {type: 'blocked', why: blocked, detail: last} : {type: 'unknown', detail: last};
}
