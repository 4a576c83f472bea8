import {toText} from '../../text/index.ts';
import {isMap, type Value} from '../../values/index.ts';
import {renderSettings} from '../configuration/render.ts';
import {type Setting, settingsOf} from '../configuration/settings.ts';
import {HclError} from '../hcl/lexer.ts';
import {parseHcl} from '../hcl/parse.ts';
import type {Body} from '../hcl/tree.ts';
import type {HostRecords} from './records.ts';

/** One file of a server's configuration. */
export interface ConfigurationFile {
  readonly path: string;
  readonly text: string;
  /** Undefined: it is neither HCL nor JSON. */
  readonly body: Body | undefined;
}

/**
 * The files that a server started by this command reads, in its order.
 * @param directory where it runs, for paths that are relative
 * @see `LoadConfigDir` of command/server/config.go: of a folder, what ends in .hcl and .json
 */
export function configurationFiles(
  words: readonly string[],
  directory: string,
  {files, folders}: Pick<HostRecords, 'files' | 'folders'>,
): readonly ConfigurationFile[] {
  const fromRoot = (argument: string): string =>
    argument.startsWith('/') ? argument : `${directory.replace(/\/$/, '')}/${argument}`;
  const isThere = (argument: string): boolean =>
    files.has(fromRoot(argument)) || folders.includes(fromRoot(argument));
  const paths = configurationArguments(words, isThere).flatMap((argument) => {
    const path = fromRoot(argument);
    if (!folders.includes(path)) return [path];
    const inside = `${path.replace(/\/$/, '')}/`;
    return [...files.keys()].filter(
      (file) =>
        file.startsWith(inside) && !file.slice(inside.length).includes('/') && /\.(hcl|json)$/.test(file),
    );
  });
  return [...new Set(paths)].flatMap((path) => {
    const text = files.get(path);
    return text === undefined ? [] : [{path, text, body: bodyOf(path, text)}];
  });
}

/**
 * What `-config` names, in each of its spellings.
 * @param isThere systemctl of systemd 252 shows a command without its quotes: a path with blanks is several words, and what they are
 *   together shows by its being there
 */
export function configurationArguments(
  words: readonly string[],
  isThere: (argument: string) => boolean = () => true,
): readonly string[] {
  return words.flatMap((word, index) => {
    const [, value] = /^--?config=(.*)$/s.exec(word) ?? [];
    if (value !== undefined) return [whole(value, words.slice(index + 1), isThere)];
    const next = words[index + 1];
    return /^--?config$/.test(word) && next !== undefined
      ? [whole(next, words.slice(index + 2), isThere)]
      : [];
  });
}

function whole(first: string, after: readonly string[], isThere: (argument: string) => boolean): string {
  let argument = first;
  for (const word of [...after, '-']) {
    if (isThere(argument)) return argument;
    if (word.startsWith('-')) break;
    argument += ` ${word}`;
  }
  return first;
}

/** @returns undefined for what no server could read */
function bodyOf(path: string, text: string): Body | undefined {
  try {
    if (!path.endsWith('.json')) return parseHcl(toText(text));
    const value = JSON.parse(text) as Value;
    return isMap(value) ? renderSettings(value) : undefined;
  } catch (error) {
    if (error instanceof HclError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** What all files together say, as the server sees it. */
export function settingsOfFiles(files: readonly ConfigurationFile[]): ReadonlyMap<string, Setting> {
  return settingsOf({items: files.flatMap(({body}) => body?.items ?? []), comments: []});
}
