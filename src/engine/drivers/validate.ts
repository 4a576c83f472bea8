import type {StateView} from '../../resources/index.ts';
import {Unknown, UnknownRead} from '../../text/index.ts';
import type {Driver, Effect, Reply} from '../effect.ts';
import type {LocalFiles} from '../local-files.ts';
import {releaseAsKnown} from '../releases.ts';
import type {HostGrowth} from '../run-inventory.ts';
import {answerAlone} from './among.ts';
import {resolveInputs} from './reading.ts';

/**
 * Validation: connects to nothing. Local files are read, so that a missing template is found; everything about a
 * host is unknown.
 */
export function validateDriver(files: LocalFiles, grow: (growth: HostGrowth | undefined) => void): Driver {
  const answer = async (effect: Effect): Promise<Reply> => {
    switch (effect.type) {
      case 'inputs':
        return resolveInputs(effect, files);
      case 'release':
        return releaseAsKnown(effect, files.releases, 'lock');
      case 'need':
        return nothingKnown;
      case 'change':
        return {status: 'would-change', reports: []};
      case 'act':
        return {status: 'unknown', unknown: new Unknown('validation connects to no host')};
      case 'grow':
        grow(effect.growth);
        return undefined;
      case 'doubt':
      case 'settle':
      case 'gate':
      case 'foresee':
      case 'reconnect':
      case 'commands':
      case 'pause':
      case 'emit':
        return undefined;
      case 'meet':
      case 'once':
      case 'confirm':
      case 'conclude':
      case 'fell':
      case 'turn':
        return answerAlone(effect);
      case 'reach':
        return {loginUser: 'root', becomes: {}, facts: new Unknown('validation connects to no host')};
      case 'elsewhere':
        return answer(effect.effect);
    }
  };
  return answer as Driver;
}

const nothingKnown: StateView = {
  get: () => {
    throw new UnknownRead(new Unknown('validation connects to no host'));
  },
};
