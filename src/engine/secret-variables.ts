import {isSecretName} from '../errors/index.ts';
import {Secret} from '../text/index.ts';
import {isMap, type Layer, type Value, type Variable} from '../values/index.ts';

/** Connection variables that hold a secret by what they are, however they are written. */
const secretNames = new Set([
  'become_password',
  'ssh_password',
  'ansible_password',
  'ansible_ssh_pass',
  'ansible_ssh_password',
  'ansible_become_password',
  'ansible_become_pass',
  'ansible_sudo_pass',
  'ansible_su_pass',
]);

/** A value in which each text is a Secret whose name says so, its own or that of a map or list around it. */
export function namedSecrets(name: string, value: Value, within = false): Value {
  const isNamed = within || isSecretName(name);
  if (typeof value === 'string') return isNamed && value !== '' ? new Secret(name, value) : value;
  if (Array.isArray(value)) return (value as readonly Value[]).map((one) => namedSecrets(name, one, isNamed));
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, namedSecrets(isNamed ? name : key, one, isNamed)]),
  );
}

/** What was given for a variable that is asked for in private: a Secret, as if it had been typed there. Maps and lists all through. */
export function privateValue(name: string, value: Value): Value {
  if (Array.isArray(value)) return (value as readonly Value[]).map((one) => privateValue(name, one));
  if (isMap(value))
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, privateValue(name, one)]));
  return hiddenValue(name, value);
}

/** A text or number as a Secret. */
export function hiddenValue(name: string, value: Value): Value {
  if ((typeof value !== 'string' && typeof value !== 'number') || value === '') return value;
  return new Secret(name, String(value));
}

/** The variable as it may be read: what is a password is a Secret from here on, unless it is a template of one. */
function sealed(name: string, variable: Variable): Variable {
  if (!secretNames.has(name)) return variable;
  const text = plainText(variable);
  return text === undefined ? variable : {data: new Secret(name, text), origin: variable.origin};
}

function plainText(variable: Variable): string | undefined {
  if ('data' in variable) {
    const {data} = variable;
    return typeof data === 'string' || typeof data === 'number' ? String(data) : undefined;
  }
  const {node} = variable;
  if (node.type !== 'scalar' || node.secret !== undefined) return undefined;
  return node.raw || !node.text.includes('{{') ? node.text : undefined;
}

/** A layer in which passwords are Secrets. */
export function sealedLayer(layer: Layer): Layer {
  if (![...secretNames].some((name) => layer.has(name))) return layer;
  return new Map([...layer].map(([name, variable]) => [name, sealed(name, variable)]));
}

/** The Secrets that stand in a layer as they are. */
export function secretsIn(layer: Layer): readonly Secret[] {
  return [...layer.values()].flatMap((variable) =>
    'data' in variable && variable.data instanceof Secret ? [variable.data] : [],
  );
}
