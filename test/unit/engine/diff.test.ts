import {describe, expect, it} from 'vitest';
import {reportOf} from '../../../src/engine/diff.ts';
import {type Change, contentOf, pathWant} from '../../../src/resources/index.ts';
import {Secret, type Text} from '../../../src/text/index.ts';

function change(before: string | undefined, after: Text, sensitive = false): Change {
  return {
    ref: {kind: 'path', id: '/etc/x', facets: []},
    before:
      before === undefined ? {status: 'absent'} : {status: 'present', state: {type: 'file', text: before}},
    want: pathWant('/etc/x', {type: 'file', content: contentOf(after)}, sensitive ? {sensitive} : {}),
    attributes: [{name: 'content'}],
  };
}

const diffOf = (one: Change): string => reportOf(one, true).diff ?? '';
const token = new Secret('db_password', 'hunter2-hunter2');

describe('the diff of a file with a secret in it', () => {
  it('shows the name in place of the secret, and of what is there only the lines that are known to be harmless', () => {
    const diff = diffOf(
      change('user = "app"\npassword = "old-secret"\nport = 1\n', [
        'user = "app"\npassword = "',
        token,
        '"\nport = 2\n',
      ]),
    );
    expect(diff).toBe(`--- /etc/x (now)
+++ /etc/x (wanted)
@@ -1,3 +1,3 @@
 user = "app"
-‹hidden: may hold an old secret›
-‹hidden: may hold an old secret›
+password = "‹db_password›"
+port = 2`);
  });

  it('never takes a line for harmless because it is a part of one with a secret', () => {
    const diff = diffOf(change('password = "\n"\nhunter2-hunter2\n', ['password = "', token, '"\n']));
    expect(diff).not.toContain('-password = "');
    expect(diff).not.toContain('hunter2');
  });

  it('hides what is there when the task says that it is sensitive, also where nothing new is secret', () => {
    expect(diffOf(change('password = "old"\n', ['nothing\n'], true))).not.toContain('old"');
  });

  it('shows all of a new file but the secret', () => {
    expect(diffOf(change(undefined, ['a\n', token, '\nb\n']))).toContain('+a\n+‹db_password›\n+b');
  });
});

describe('what is told of contents with a secret in them', () => {
  const digests = {name: 'content', before: '0123456789ab', after: 'ba9876543210'};
  const told = (one: Change): unknown => reportOf({...one, attributes: [digests]}, true);

  it('is no part of a digest, by which a short secret could be tried', () => {
    const hidden = {name: 'content', before: '‹hidden›', after: '‹hidden›'};
    expect(told(change('old', ['password = ', token]))).toMatchObject({attributes: [hidden]});
    expect(told(change('old', ['nothing'], true))).toMatchObject({attributes: [hidden]});
    const large = change('old', ['nothing'], true);
    const content = {sha256: '0123456789ab'.repeat(6).slice(0, 64), sizeBytes: 9, from: '/srv/key'};
    const want = pathWant('/etc/x', {type: 'file', content}, {sensitive: true});
    expect(JSON.stringify(told({...large, want}))).not.toContain('0123456789ab');
  });

  it('is a part of the digest where nothing in it is secret', () => {
    expect(told(change('old', ['new']))).toMatchObject({attributes: [digests]});
  });
});

describe('the diff of a file', () => {
  it('is left out unless it was asked for', () => {
    expect(reportOf(change('a\n', ['b\n']), false)).toEqual({
      ref: 'path:/etc/x',
      attributes: [{name: 'content'}],
    });
  });
});
