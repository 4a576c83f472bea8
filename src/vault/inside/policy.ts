import {contentOf} from '../../resources/index.ts';
import {reveal} from '../../text/index.ts';
import {ownPolicy} from '../cluster/operator.ts';
import {wordsOf} from '../server/request.ts';
import {dataOf} from './refusal.ts';
import type {Sort} from './sort.ts';

/**
 * What somebody may have said of a policy besides its text: OpenBao forgets it where a write does not say it again. Vault has
 * none of it. https://openbao.org/api-docs/system/policies/
 */
const asides = [
  'cas_required',
  'expiration',
  'allow_slashes_in_identity_templates',
  'allow_wildcards_in_identity_templates',
];

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
    const kept = Object.fromEntries(asides.flatMap((name) => (data[name] ? [[name, data[name]]] : [])));
    const version = typeof data.version === 'number' ? {version: data.version} : {};
    return {status: 'present', state: {fields: {}, text, sha256: contentOf(text).sha256, kept, ...version}};
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
  requests({place: {path}, before, after}) {
    if (after === 'absent') return [{method: 'DELETE', path}];
    const cas = before?.version === undefined ? {} : {cas: before.version};
    return [
      {method: 'PUT', path, body: {...before?.kept, ...cas, policy: reveal(after.content?.text ?? [])}},
    ];
  },
  isLate: (answer) => wordsOf(answer).includes('check-and-set parameter did not match'),
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
