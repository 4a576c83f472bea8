import type {ShownHostKey} from '../engine/index.ts';
import {tellProblem} from './problems.ts';
import type {Terminal} from './terminal.ts';

/** A host shows another key than the known one: both fingerprints, and the command that is safe. */
export function tellChangedKey(name: string, shown: ShownHostKey, terminal: Terminal): void {
  const {hostName, type, fingerprint, known} = shown;
  tellProblem(
    {
      message: `the key of ${hostName} is not the known one: it shows ${type} ${fingerprint}, known is ${known.join(', ')}`,
      hint: `probably re-imaged, perhaps an attack; once you know: vprov trust --replace ${name}`,
    },
    terminal,
  );
}
