import {describe, expect, it} from 'vitest';
import {crontab} from '../../../src/resources/crontab/index.ts';
import type {Change, Observed} from '../../../src/resources/index.ts';
import {path} from '../../../src/resources/path/index.ts';

const here: Observed = {status: 'present', state: {text: '1 1 * * * x\n'}};

function changeOf(id: string): Change {
  const ref = {kind: 'path', id, facets: []} as const;
  return {
    ref,
    before: {status: 'absent'},
    want: {ref, after: {type: 'file'}},
    attributes: [{name: 'content', after: 'x'}],
  } as unknown as Change;
}

describe('a crontab', () => {
  const ref = {kind: 'crontab', id: 'root', facets: []} as const;
  const now = (): Observed => ({status: 'absent'});

  it.each(['/var/spool/cron/crontabs/root', '/var/spool/cron', '/var/spool'])(
    'is looked at again after a change of %s, and unknown after one that is planned',
    (id) => {
      const change = changeOf(id);
      expect(JSON.stringify(path.effects(change as never))).toContain('"crontab"');
      expect(crontab.react?.(ref, here as never, change, now as never).status).toBe('unknown');
    },
  );

  it('is what it is after a change elsewhere', () => {
    const change = changeOf('/var/spool/mail/root');
    expect(JSON.stringify(path.effects(change as never))).not.toContain('"crontab"');
    expect(crontab.react?.(ref, here as never, change, now as never)).toBe(here);
  });
});
