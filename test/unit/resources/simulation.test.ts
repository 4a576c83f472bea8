import {expect, it} from 'vitest';
import {packageWant} from '../../../src/resources/index.ts';
import {parseSimulations} from '../../../src/resources/package/simulation.ts';
import {installationFacet} from '../../../src/resources/package/state.ts';

it('why apt 3 would not install something is told in its words, but for how it came to that', () => {
  const options = {together: ['pam']};
  const {ref} = packageWant('pam', {installed: true, options});
  const words = [
    'The following packages have unmet dependencies:',
    ' pam : Depends: systemd (= 252) but 257 is to be installed',
    '       Recommends: session but it is not going to be installed',
    'E: Unable to correct problems, you have held broken packages.',
    'E: The following information from --solver 3.0 may provide additional context:',
    '   Unable to satisfy dependencies. Reached two conflicting decisions:',
    '   1. pam:amd64=252 is selected for install',
  ];
  const {coming} = parseSimulations(['>0', ...words.map((line) => `!${line}`)], [ref]);
  expect(coming(installationFacet(options), 'pam')).toEqual({
    removed: [],
    automatic: [],
    fails:
      'pam : Depends: systemd (= 252) but 257 is to be installed; Recommends: session but it is not going to be installed; Unable to correct problems, you have held broken packages.',
  });
});
