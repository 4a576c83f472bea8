import {
  addressProblem,
  architectureNamed,
  architectureNames,
  type DownloadRequest,
  downloadFields,
  formatOf,
  products,
  strangeFields,
} from '../../releases/index.ts';
import type {ArgumentProblem} from '../contract.ts';
import {checkSite} from '../release-site.ts';
import type {ReleaseArguments} from './schema.ts';

/** Arguments that mean nothing without `url`, which is for what is no known product. */
const ofDownloads = ['checksum', 'platforms', 'program', 'member', 'format', 'signature'] as const;

/** What is wrong with how the play says where the program comes from. */
export function checkDownload(args: ReleaseArguments): readonly ArgumentProblem[] {
  const {url} = args;
  if (url !== undefined) return problemsOf(args, url);
  const superfluous = ofDownloads.find((name) => args[name] !== undefined);
  if (superfluous !== undefined) return [{argument: superfluous, message: 'means nothing without url'}];
  return checkSite(args);
}

function problemsOf(args: ReleaseArguments, url: string): readonly ArgumentProblem[] {
  const {name, version, site, key, allow_expired_key: allowExpired, signature, checksum, platforms} = args;
  const found: (ArgumentProblem | false)[] = [
    products.has(name) && {
      argument: 'url',
      message: `is not for ${name}, which is published in a way that is known`,
      hint: 'site names a mirror; or call it otherwise, and say what its program is called',
    },
    !isFileName(name) && {argument: 'name', message: 'is no name of a folder: letters, digits, . _ + and -'},
    (version === 'auto' || !isFileName(version)) && {
      argument: 'version',
      message: 'is no version: a url does not say which is the newest',
      hint: 'for example 1.9.1: letters, digits, . _ + and -',
    },
    site !== undefined && {argument: 'site', message: 'is not for what comes from a url'},
    ...addressProblems('url', url),
    ...(signature === undefined ? [] : addressProblems('signature', signature)),
    checksum === undefined && {
      argument: 'checksum',
      message: 'is missing: it says what the url gives',
      hint: 'the SHA-256 that its publisher says, for each architecture',
    },
    ...checksumProblems(checksum),
    ...architectureProblems('checksum', checksum),
    ...architectureProblems('platforms', platforms),
    args.program !== undefined &&
      !isFileName(args.program) && {argument: 'program', message: 'is no name of a file'},
    args.format === undefined &&
      formatOf(url) === undefined && {
        argument: 'url',
        message: 'ends like what cannot be unpacked here',
        hint: 'there are zip, tar.gz (tgz) and plain programs; format says which it is where the name does not',
      },
    signature !== undefined &&
      key === undefined && {argument: 'signature', message: 'needs key: who may have signed it'},
    signature === undefined &&
      (key !== undefined || allowExpired !== undefined) && {
        argument: key === undefined ? 'allow_expired_key' : 'key',
        message: 'means nothing without signature, where there is a url',
      },
  ];
  return found.filter((one) => one !== false);
}

function isFileName(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._+-]*$/.test(text);
}

function addressProblems(argument: 'url' | 'signature', text: string): readonly ArgumentProblem[] {
  const [strange] = strangeFields(text);
  if (strange !== undefined)
    return [
      {
        argument,
        message: `has a field {${strange}}, which there is not`,
        hint: `there are ${downloadFields.map((one) => `{${one}}`).join(', ')}`,
      },
    ];
  const problem = addressProblem(text);
  return problem ? [{argument, ...problem}] : [];
}

function checksumProblems(checksum: ReleaseArguments['checksum']): readonly ArgumentProblem[] {
  if (checksum === undefined) return [];
  const all = typeof checksum === 'string' ? [checksum] : Object.values(checksum);
  if (all.length === 0) return [{argument: 'checksum', message: 'has none'}];
  const wrong = all.find((one) => !/^(sha256:)?[0-9a-fA-F]{64}$/.test(one));
  return wrong === undefined
    ? []
    : [
        {
          argument: 'checksum',
          message: `is no SHA-256: '${wrong}'`,
          hint: 'it has 64 digits, 0 to 9 and a to f',
        },
      ];
}

function architectureProblems(
  argument: 'checksum' | 'platforms',
  value: string | Readonly<Record<string, string>> | undefined,
): readonly ArgumentProblem[] {
  if (typeof value !== 'object') return [];
  const names = Object.keys(value);
  const strange = names.find((name) => architectureNamed(name) === undefined);
  if (strange !== undefined)
    return [
      {
        argument,
        message: `names an architecture '${strange}', which is not known`,
        hint: `known: ${architectureNames.join(', ')}`,
      },
    ];
  const twice = names.find((name) =>
    names.some((other) => other !== name && architectureNamed(other) === architectureNamed(name)),
  );
  return twice === undefined ? [] : [{argument, message: `has ${architectureNamed(twice)} twice`}];
}

/** Where the program comes from, when the play says it. */
export function downloadOf(args: ReleaseArguments): DownloadRequest | undefined {
  const {url, checksum, platforms, program, member, format, signature} = args;
  if (url === undefined || checksum === undefined) return undefined;
  const checksums =
    typeof checksum === 'string'
      ? Object.fromEntries(architectureNames.map((one) => [one, digestOf(checksum)]))
      : byArchitecture(checksum, digestOf);
  return {
    url,
    checksums,
    ...(platforms === undefined ? {} : {platforms: byArchitecture(platforms, String)}),
    ...(program === undefined ? {} : {program}),
    ...(member === undefined ? {} : {member}),
    ...(format === undefined ? {} : {format}),
    ...(signature === undefined ? {} : {signature}),
  };
}

function byArchitecture(
  value: Readonly<Record<string, string>>,
  change: (text: string) => string,
): DownloadRequest['checksums'] {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, text]) => {
      const architecture = architectureNamed(name);
      return architecture === undefined ? [] : [[architecture, change(text)]];
    }),
  );
}

function digestOf(checksum: string): string {
  return checksum.replace(/^sha256:/, '').toLowerCase();
}
