import {expect, it} from 'vitest';
import {Redactor, Secret} from '../../../src/text/index.ts';

it.each(['\n', '\r\n', '\r'])('masks each line of a secret of several, whatever ends them: %j', (end) => {
  const redactor = new Redactor();
  redactor.add(new Secret('key', `canary-one${end}canary-two`));
  for (const text of [`canary-one${end}canary-two`, 'a canary-one b', 'canary-two'])
    expect(redactor.redact(text)).not.toContain('canary');
});
