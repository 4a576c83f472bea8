import type {Source} from '../errors/index.ts';
import {type ArgumentPlaces, deepestAt, holdsSecrets, placesIn} from '../modules/index.ts';
import type {MapNode, ScalarNode} from '../source/index.ts';
import {isStatic, type JsonSchema, type Scope, writtenPlace} from '../values/index.ts';

/** Where the arguments of a task were written: also what templates pass on to it. */
export class WrittenPlaces implements ArgumentPlaces {
  readonly #args: MapNode;
  readonly #scope: Scope | undefined;
  readonly #schema: JsonSchema | undefined;
  /** The templates that pass on what is written at these places. */
  readonly #templates = new Map<Source, ScalarNode>();

  /** @param scope undefined: what templates pass on is not looked for */
  constructor(args: MapNode, scope: Scope | undefined, schema: JsonSchema | undefined) {
    this.#args = args;
    this.#scope = scope;
    this.#schema = schema;
  }

  of(keys: readonly string[], atKey = false): Source {
    const {node, left} = deepestAt(this.#args, keys);
    const isTemplate = left.length > 0 && node.type === 'scalar' && !isStatic(node);
    const isHidden = !atKey && this.#isSecret(keys[0] ?? '');
    const written =
      isTemplate && this.#scope ? writtenPlace(node, left, atKey || isHidden, this.#scope) : undefined;
    // A name is no secret, and its line may have one.
    const place = written && isHidden ? {...written, hushed: true as const} : written;
    if (!place || node.type !== 'scalar') return placesIn(this.#args).of(keys, atKey);
    this.#templates.set(place, node);
    return place;
  }

  /** The template that passes on what is wrong at a place; undefined where it stands in the task itself. */
  templateOf(place: Source): ScalarNode | undefined {
    return this.#templates.get(place);
  }

  /** The line of what may be a secret is not shown; a name is none. */
  #isSecret(argument: string): boolean {
    const schema = this.#schema?.properties?.[argument] ?? {};
    return schema.secret === true || holdsSecrets(schema);
  }
}
