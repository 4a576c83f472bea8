import {VprovError} from '../../../src/errors/index.ts';
import {type MapNode, type Node, parseYaml} from '../../../src/source/index.ts';
import {
  createScope,
  layerOfData,
  layerOfMap,
  type Ports,
  type Scope,
  type ValueMap,
} from '../../../src/values/index.ts';

/** YAML as nodes. */
export function nodeOf(yaml: string): Node {
  const {node, diagnostics} = parseYaml(yaml, 'test.yml');
  if (!node || diagnostics.length > 0) throw new VprovError(diagnostics);
  return node;
}

export function mapOf(yaml: string): MapNode {
  const node = nodeOf(yaml);
  if (node.type !== 'map') throw new Error('not a map');
  return node;
}

/** A scope of variables written in YAML and of data above them. */
export function scopeOf(yaml: string, data: ValueMap = {}, ports?: Ports): Scope {
  const written = yaml.trim() === '' ? [] : [layerOfMap(mapOf(yaml), 'play vars')];
  return createScope([...written, layerOfData(data, 'register')], ports);
}

/** A machine with these files and environment variables, on which every command is echoed. */
export function portsOf(
  files: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>> = {},
): Ports {
  return {
    environment: (name) => environment[name],
    find: (path) => (Object.hasOwn(files, path) ? `/site/files/${path}` : undefined),
    readText: (file) => files[file.replace('/site/files/', '')] ?? {problem: 'gone'},
    run: (command) =>
      command.startsWith('echo ')
        ? {exitCode: 0, stdout: `${command.slice(5)}\n`, stderr: ''}
        : {exitCode: 127, stdout: '', stderr: `sh: 1: ${command}: not found\n`},
    sealed: (_variable, value) => value,
    secret: (reference) =>
      reference === 'vault://kv/pi#token' ? 'hunter2' : {problem: 'no such key', hint: 'look at kv/pi'},
  };
}

/** The diagnostics that something throws, as `CODE line:column message [hint]`; examples of functions are left out. */
export function mistakesOf(run: () => unknown): readonly string[] {
  try {
    run();
  } catch (error) {
    if (!(error instanceof VprovError)) throw error;
    return error.diagnostics.map(({code, message, source, hint}) =>
      [
        code,
        source ? `${source.line}:${source.column}` : '-',
        message,
        hint && !hint.startsWith('for example ') ? `[${hint}]` : '',
      ]
        .join(' ')
        .trim(),
    );
  }
  throw new Error('no mistake was found');
}
