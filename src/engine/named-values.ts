import {
  type Diagnostic,
  hushed,
  isSchemaFile,
  isSecretName,
  type Source,
  withoutText,
  withSources,
} from '../errors/index.ts';
import {hushedIn, type Playbook} from '../playbook/index.ts';
import type {MapNode, Node} from '../source/index.ts';
import {isMap, isStatic, type Value} from '../values/index.ts';
import type {SecretsDescribed} from './described-secrets.ts';
import type {EventBody} from './effect.ts';
import {type DescribedNode, definingMaps, type Written} from './written-secrets.ts';

/** What stands in files under names of secrets (`api_token`): a template of it may show it, the words of a mistake do not. */
export class NamedValues {
  /** Each with the name that is shown. */
  readonly #names = new Map<string, string>();

  /** The lines of what a role's description calls a secret, of each file. */
  readonly #lines = new Map<string, Set<number>>();

  #secrets: SecretsDescribed | undefined;

  /** What is under `no_log`, its includes with it. */
  #hushed: Playbook['hushed'] = new Set();

  /** @param described what of the project its roles call secret */
  add(project: Written, described: readonly DescribedNode[]): void {
    this.#hushed = project.playbook.hushed;
    this.describedBy(project.secrets);
    for (const map of definingMaps(project)) this.#addMap(map);
    // Of what was typed, such a name makes a Secret; what a file gave is here.
    for (const [name, variable] of project.extraVars)
      if ('data' in variable && isSecretName(name)) this.#addValue(name, variable.data);
    for (const [name, node] of described) {
      this.#addNode(name, node);
      this.#addLines(node);
    }
  }

  /** What roles call secrets is not shown either, wherever in a file it stands. */
  describedBy(secrets: SecretsDescribed): void {
    this.#secrets = secrets;
  }

  /** An event whose mistake quotes none of these values. */
  hiddenIn(event: EventBody): EventBody {
    if (event.type === 'diagnostic') return {...event, diagnostic: this.hiddenOf(event.diagnostic)};
    if (event.type !== 'task' || !event.diagnostic) return event;
    const {message, hint} = event;
    return {
      ...event,
      ...(message === undefined ? {} : {message: this.#hidden(message)}),
      ...(hint === undefined ? {} : {hint: this.#hidden(hint)}),
      diagnostic: this.hiddenOf(event.diagnostic),
    };
  }

  #addMap({entries}: MapNode): void {
    for (const {key, value} of entries)
      if (isSecretName(key)) this.#addNode(key, value);
      else if (value.type === 'map') this.#addMap(value);
      else if (value.type === 'list')
        for (const item of value.items) if (item.type === 'map') this.#addMap(item);
  }

  #addNode(name: string, node: Node): void {
    if (node.type === 'map') for (const {value} of node.entries) this.#addNode(name, value);
    else if (node.type === 'list') for (const item of node.items) this.#addNode(name, item);
    else if (node.secret === undefined && isStatic(node) && typeof node.value !== 'boolean')
      this.#addText(name, node.text);
  }

  #addValue(name: string, value: Value): void {
    if (typeof value === 'string' || typeof value === 'number') this.#addText(name, String(value));
    else if (Array.isArray(value)) for (const one of value as readonly Value[]) this.#addValue(name, one);
    else if (isMap(value)) for (const one of Object.values(value)) this.#addValue(name, one);
  }

  #addText(name: string, text: string): void {
    if (text !== '' && !this.#names.has(text)) this.#names.set(text, name);
  }

  #addLines(node: Node): void {
    const {file, line} = node.source;
    const lines = this.#lines.get(file) ?? new Set();
    this.#lines.set(file, lines);
    if (node.type === 'map') for (const {value} of node.entries) this.#addLines(value);
    else if (node.type === 'list') for (const item of node.items) this.#addLines(item);
    else for (const [index] of (node.written ?? node.text).split('\n').entries()) lines.add(line + index);
  }

  #isDescribed = ({file, line}: Source): boolean => this.#lines.get(file)?.has(line) ?? false;

  /** A mistake that quotes none of these values, nor a line with one. */
  hiddenOf(diagnostic: Diagnostic): Diagnostic {
    const {message, hint, related, ...rest} = this.#withNames(
      hushed(hushedIn(diagnostic, this.#hushed), this.#isDescribed),
    );
    return {
      ...rest,
      message: this.#hidden(message),
      ...(hint === undefined ? {} : {hint: this.#hidden(hint)}),
      ...(related ? {related: related.map((one) => ({...one, message: this.#hidden(one.message)}))} : {}),
    };
  }

  #withNames(diagnostic: Diagnostic): Diagnostic {
    const secretNames = this.#secrets?.names() ?? [];
    if (secretNames.length === 0) return diagnostic;
    return withSources(diagnostic, (source) =>
      isSchemaFile(source.file) ? source : {...source, secretNames},
    );
  }

  #hidden(text: string): string {
    return [...this.#names].reduce((left, [value, name]) => withoutText(left, value, `‹${name}›`), text);
  }
}
