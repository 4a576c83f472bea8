import {type FoundPath, listing, parseListing, pathProblem} from '../../resources/index.ts';
import {MatchingTakesTooLong} from '../../text/index.ts';
import type {Action, ArgumentProblem} from '../contract.ts';
import {pathFields} from '../path-fields.ts';
import {meant, wholeName} from './filter.ts';
import type {FindArguments} from './schema.ts';

const findTimeoutMs = 600_000;

export const find: Action<FindArguments> = {
  type: 'action',
  name: 'find',
  summary: 'Finds files, directories or links by name, age or size',
  scope: 'host',
  shorthand: 'paths',
  result: {
    files: {type: 'array', items: {type: 'object', properties: pathFields, additionalProperties: false}},
    matched: {type: 'integer'},
    examined: {type: 'integer'},
  },

  check(args) {
    return [
      ...pathProblems(args),
      ...patternProblems(args, 'patterns'),
      ...patternProblems(args, 'excludes'),
    ];
  },

  readOnly: () => true,
  guard: () => ({run: true}),
  effects: () => ({type: 'none'}),

  async act(args, ports) {
    const depth = args.recurse ? args.depth : 1;
    const output = await ports.run(listing([args.paths].flat(), depth), findTimeoutMs);
    const listed = parseListing(output);
    if ('problem' in listed) return {changed: false, failed: listed.problem, result: {}};
    const found = meantInTime(listed, args);
    if (typeof found === 'string') return {changed: false, failed: found, result: {}};
    const files = found.map(factsOf).sort((a, b) => (a.path < b.path ? -1 : 1));
    return {
      changed: false,
      result: {files, matched: files.length, examined: listed.found.length},
    };
  },
};

/** Or what is wrong with a pattern. */
function meantInTime(
  {found, nowSeconds}: {readonly found: readonly FoundPath[]; readonly nowSeconds: number},
  args: FindArguments,
): readonly FoundPath[] | string {
  try {
    return meant(found, args, nowSeconds);
  } catch (error) {
    if (!(error instanceof MatchingTakesTooLong)) throw error;
    return `${error.message}: ${error.hint}`;
  }
}

/** Names as Ansible has them. */
function factsOf({path, type, mode, uid, gid, owner, group, sizeBytes, mtime, links}: FoundPath) {
  return {
    path,
    mode,
    isreg: type === 'file',
    isdir: type === 'directory',
    islnk: type === 'link',
    size: sizeBytes,
    uid,
    gid,
    pw_name: owner,
    gr_name: group,
    mtime,
    nlink: links,
  };
}

function pathProblems({paths}: FindArguments): readonly ArgumentProblem[] {
  return [paths].flat().flatMap((path, index) => {
    const problem = pathProblem(path);
    if (problem === undefined) return [];
    const at = typeof paths === 'string' ? {} : {at: [String(index)]};
    return [{argument: 'paths', message: `cannot be: ${problem}`, ...at}];
  });
}

function patternProblems(args: FindArguments, argument: 'patterns' | 'excludes'): readonly ArgumentProblem[] {
  for (const pattern of [args[argument] ?? []].flat()) {
    try {
      wholeName(pattern, args.use_regex === true);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return [{argument, message: `has '${pattern}', which is no pattern`}];
    }
  }
  return [];
}
