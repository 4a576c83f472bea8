import {contentOf} from '../../resources/index.ts';
import {reveal} from '../../text/index.ts';
import {ownPolicy} from '../cluster/operator.ts';
import {dataOf} from './refusal.ts';
import type {Sort} from './sort.ts';

/**
 * Policies: a text in HCL or JSON, which the server keeps as it is, whatever follows its last line.
 * https://openbao.org/api-docs/system/policies/
 */
export const policy: Sort = {
  typeOf: () => 'text',
  async look({path}, ask) {
    const request = {method: 'GET', path} as const;
    const data = dataOf(request, await ask(request));
    if (!data) return {status: 'absent'};
    const text = policyText(String(data.policy ?? ''));
    return {status: 'present', state: {fields: {}, text, sha256: contentOf(text).sha256}};
  },
  refuse({name}, _before, after) {
    if (name === ownPolicy)
      return {
        refused: `${ownPolicy} is what vprov itself works by`,
        hint: "to allow its login more, write the policy vprov-granted: docs/vault-inside.md, 'What vprov may do'",
      };
    if (name === 'root') return {refused: "the policy root is the server's own, and cannot be changed"};
    if (name === 'default' && after === 'absent')
      return {
        refused: 'the policy default cannot be removed: it is part of every server',
        hint: 'give it another text',
      };
    return undefined;
  },
  requests({place: {path}, after}) {
    if (after === 'absent') return [{method: 'DELETE', path}];
    return [{method: 'PUT', path, body: {policy: reveal(after.content?.text ?? [])}}];
  },
};

/**
 * One line end at its end, however it was written: an editor's or a template's last empty lines say nothing. What is base64 is
 * kept by servers as what it stands for.
 */
export function policyText(text: string): string {
  const bare = text.replace(/[\r\n]/g, '');
  const isBase64 = bare !== '' && base64.test(bare);
  return isBase64 ? policyText(Buffer.from(bare, 'base64').toString('utf8')) : `${text.trimEnd()}\n`;
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
