import {isPackageName, type PackageOptions, packageWant, type Want} from '../resources/index.ts';
import type {ArgumentProblem} from './contract.ts';

export interface PackageArguments {
  readonly name?: string | readonly string[];
  readonly state?: 'present' | 'absent' | 'latest';
  readonly purge?: boolean;
}

/** Every package that a task names, once, in one go. */
export function packageWants(
  {name = [], state = 'present', purge}: PackageArguments,
  options: Omit<PackageOptions, 'together'> = {},
): readonly Want[] {
  const specs = [...new Set([name].flat())].map(specOf);
  const together = specs.map(({spec}) => spec);
  return specs.map(({id, version}) =>
    packageWant(id, {
      installed: state !== 'absent',
      ...(version === undefined ? {} : {version}),
      ...(state === 'latest' && version === undefined ? {latest: true} : {}),
      ...(purge ? {purge} : {}),
      options: {...options, together},
    }),
  );
}

export function packageProblems({name = [], state}: PackageArguments): readonly ArgumentProblem[] {
  return [name].flat().flatMap((spec): readonly ArgumentProblem[] => {
    const {id, version} = specOf(spec);
    if (!isPackageName(id))
      return [
        {
          argument: 'name',
          message: `has '${spec}', which is not the name of a package`,
          hint: /[*?]/.test(spec)
            ? 'name each package'
            : /[\s,]/.test(spec.trim())
              ? `write a list: [${spec
                  .trim()
                  .split(/[\s,]+/)
                  .join(', ')}]`
              : 'names are in lower case; a version is given as name=version',
        },
      ];
    if (version !== undefined && (state === 'absent' || !/^[0-9A-Za-z.+:~*-]+$/.test(version)))
      return [
        {
          argument: 'name',
          message: `has '${spec}', whose version is ${state === 'absent' ? 'of no use for what has to go' : 'none'}`,
        },
      ];
    return [];
  });
}

/** `name`, or `name=version`. */
function specOf(spec: string): {readonly id: string; readonly version?: string; readonly spec: string} {
  const at = spec.indexOf('=');
  return at < 0 ? {id: spec, spec} : {id: spec.slice(0, at), version: spec.slice(at + 1), spec};
}
