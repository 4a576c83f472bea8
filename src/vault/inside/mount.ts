import type {Observed, Refusal} from '../../resources/index.ts';
import {ownMount} from '../cluster/operator.ts';
import {wordsOf} from '../server/request.ts';
import {optionField, optionFields, optionsAmong} from './options.ts';
import {dataOf, namesIn, objectOf} from './refusal.ts';
import type {Ask, Deed, InsideDesired, InsideRequest, InsideState, Sort} from './sort.ts';
import {bodyOf, type Fields, type FieldTypes, fieldsIn, fieldValue} from './value.ts';

/** What a mount has in its `config`, and how it is compared. https://openbao.org/api-docs/system/mounts/#tune-mount-configuration */
const tuned: FieldTypes = {
  default_lease_ttl: 'seconds',
  max_lease_ttl: 'seconds',
  listing_visibility: 'text',
  audit_non_hmac_request_keys: 'set',
  audit_non_hmac_response_keys: 'set',
  passthrough_request_headers: 'set',
  allowed_response_headers: 'set',
  token_type: 'text',
};

const types: FieldTypes = {
  type: 'text',
  description: 'text',
  ...tuned,
  local: 'flag',
  seal_wrap: 'flag',
};

const version = optionField('version');

/** What servers leave out where it is so. */
const usual: Readonly<Record<string, string>> = {listing_visibility: 'hidden', token_type: 'default-service'};

/** What is decided when it is mounted, for good. */
const fixed = ['type', 'local', 'seal_wrap'];
/** https://openbao.org/api-docs/system/mounts/#enable-secrets-engine */
const reserved = ['audit', 'auth', 'cubbyhole', 'identity', 'sys'];

/** Engines of secrets. https://openbao.org/api-docs/system/mounts/ */
export const mount: Sort = {
  ...mountsBelow('sys/mounts'),
  loses: 'with all that is kept in it',
  refuse: ({name}, before, after) => {
    const own = ['sys', 'identity', 'cubbyhole'].includes(name);
    if (own && after === 'absent') return {refused: `${name}/ is the server's own, and cannot be removed`};
    return refuseFixed(name, before, after);
  },
};

/** Methods of login. https://openbao.org/api-docs/system/auth/ */
export const auth: Sort = {
  ...mountsBelow('sys/auth'),
  loses: 'with its roles and users: whoever has logged in there is logged out',
  refuse: ({name}, before, after) => {
    if (name === ownMount) return {refused: `${ownMount}/ is where vprov itself logs in`};
    if (name === 'token' && after === 'absent')
      return {refused: "token/ is the server's own, and cannot be removed"};
    return refuseFixed(name, before, after);
  },
};

function mountsBelow(list: string): Pick<Sort, 'typeOf' | 'look' | 'requests' | 'isLate'> {
  return {
    typeOf: (field) => types[field] ?? 'text',
    // The list tells of one that is not there, too, in the same way in all versions.
    look: ({name}, ask) => lookIn(list, name, ask),
    requests: (deed) => requestsFor(deed),
    // Somebody else has mounted there since.
    isLate: (answer, {name}) => wordsOf(answer).endsWith(`path is already in use at ${name}/`),
  };
}

async function lookIn(list: string, name: string, ask: Ask): Promise<Observed<InsideState>> {
  const request = {method: 'GET', path: list} as const;
  const mounted = dataOf(request, await ask(request), []) ?? {};
  const found = mounted[`${name}/`];
  if (found !== undefined) return {status: 'present', state: {fields: fieldsOf(objectOf(found))}};
  const nowhere = whyNot(list, name, namesIn(mounted));
  return nowhere ? {status: 'present', state: {fields: {}, nowhere}} : {status: 'absent'};
}

/** Nothing is mounted in something else, or around it; nor where the server has its own. */
function whyNot(list: string, name: string, mounted: readonly string[]): Refusal | undefined {
  const [first = ''] = name.split('/');
  if (list === 'sys/mounts' && reserved.includes(first))
    return {refused: `nothing can be mounted at ${name}/: ${first}/ is the server's own`};
  const other = mounted.find((one) => isInWay(one, name));
  return other === undefined
    ? undefined
    : {
        refused: `nothing can be mounted at ${name}/: ${other}/ is in its way`,
        hint: 'mount it where it is in nothing else, and nothing else in it',
      };
}

/** Whether one of two that are mounted would be in the other. */
export function isInWay(other: string, name: string): boolean {
  return other !== name && (`${name}/`.startsWith(`${other}/`) || `${other}/`.startsWith(`${name}/`));
}

function fieldsOf(mounted: Readonly<Record<string, unknown>>): Fields {
  const config = objectOf(mounted.config);
  const type = String(mounted.type ?? '');
  return {
    // A kv engine that does not say of which version it is is of the first.
    ...(type === 'kv' ? {[version]: '1'} : {}),
    ...optionFields(objectOf(mounted.options)),
    ...Object.fromEntries(
      Object.entries(types).map(([name, as]) => [
        name,
        fieldValue(as, (name in tuned ? config[name] : mounted[name]) ?? usual[name]),
      ]),
    ),
  };
}

function refuseFixed(
  name: string,
  before: InsideState | undefined,
  after: InsideDesired | 'absent',
): Refusal | undefined {
  if (!before || after === 'absent') return undefined;
  const differs = (field: string): boolean => {
    const wanted = after.fields[field];
    return wanted !== undefined && wanted !== before.fields[field];
  };
  const field = fixed.find(differs);
  if (field !== undefined)
    return {
      refused: `${name}/ is there with ${field} ${String(before.fields[field])}, and that cannot be changed in place to ${String(after.fields[field])}`,
      hint: 'mount the other one at another path; this one is left as it is, with what is in it',
    };
  if (differs(version) && before.fields[version] === '2')
    return {
      refused: `${name}/ is a kv engine of version 2, and cannot become one of version ${String(after.fields[version])}`,
      hint: 'its versions would be lost: mount another one at another path',
    };
  return undefined;
}

function requestsFor({place: {path}, before, after, names}: Deed): readonly InsideRequest[] {
  if (after === 'absent') return [{method: 'DELETE', path}];
  const written = (isMeant: (name: string) => boolean) =>
    bodyOf(types, after.fields, (name) => names.includes(name) && isMeant(name));
  const options = optionsAmong(written(() => true));
  const config = written((name) => name in tuned);
  const withOptions = Object.keys(options).length > 0 ? {options} : {};
  if (before) {
    const body = {...config, ...written((name) => name === 'description'), ...withOptions};
    return [{method: 'POST', path: `${path}/tune`, body}];
  }
  const own = written((name) => name in types && !(name in tuned));
  return [
    {
      method: 'POST',
      path,
      body: {...own, ...(Object.keys(config).length > 0 ? {config} : {}), ...withOptions},
    },
  ];
}

/** What is wanted of a mount, from how it is written. */
export function mountFields({
  options = {},
  ...written
}: Readonly<Record<string, unknown>> & {
  readonly options?: Readonly<Record<string, unknown>>;
}): Fields {
  // What the field calls kv-v1 and kv-v2 is mounted as, and said to be, a kv engine with that option.
  const ofKv = /^kv-v([12])$/.exec(String(written.type))?.[1];
  const all = ofKv ? {...written, type: 'kv'} : written;
  return {...fieldsIn(types, all), ...optionFields({...(ofKv ? {version: ofKv} : {}), ...options})};
}
