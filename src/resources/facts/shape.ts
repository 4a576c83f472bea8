import type {JsonSchema} from '../../values/index.ts';
import type {HostFacts} from './parse.ts';

const text: JsonSchema = {type: 'string'};
const count: JsonSchema = {type: 'integer'};

/** All keys, all of them always there: what is not among them cannot be asked for. */
function closed(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return {type: 'object', properties, required: Object.keys(properties), additionalProperties: false};
}

/** Keys that the type has, no more and no fewer. */
type Known = {readonly [K in keyof HostFacts as string extends K ? never : K]: JsonSchema};

/** What facts there are, for whoever must know it before a host is reached. */
export const factsSchema: JsonSchema = closed({
  hostname: text,
  fqdn: text,
  machine: text,
  architecture: text,
  kernel: text,
  long_bit: count,
  os: closed({
    id: text,
    id_like: {type: 'array', items: text},
    version_id: text,
    codename: text,
    pretty_name: text,
  }),
  memory_mb: count,
  cpus: count,
  init: text,
  boot_id: text,
  addresses: {type: 'array', items: text},
} satisfies Known);
