import {posix} from 'node:path';
import {mostProgramBytes} from '../../releases/index.ts';
import {type Content, type PathState, pathRef, pathWant, versionsWant} from '../../resources/index.ts';
import {Unknown, UnknownRead} from '../../text/index.ts';
import type {ArgumentProblem, ReleasedProgram, StateModule} from '../contract.ts';
import {checkDeny, deniedBuilds} from '../release-deny.ts';
import {checkDownload, downloadOf} from './download.ts';
import type {ReleaseArguments} from './schema.ts';
import {smokeRun} from './smoke.ts';

const owner = {owner: 'root', group: 'root'} as const;

export const release: StateModule<ReleaseArguments> = {
  type: 'state',
  name: 'release',
  summary: "Installs a program from its publisher's signed release, or from a URL with a checksum",
  scope: 'host',

  check: (args) => [...checkDownload(args), ...checkDeny(args), ...checkLink(args)],

  inputs(args) {
    const {name, version, group, deny, site, key, allow_expired_key, inspect} = args;
    const download = downloadOf(args);
    return [
      {
        name: 'release',
        type: 'release',
        product: name,
        version,
        program: true,
        ...(group === undefined ? {} : {group}),
        ...(deny === undefined ? {} : {deny: deniedBuilds(deny)}),
        ...(site === undefined ? {} : {site}),
        ...(download === undefined ? {} : {download}),
        ...(key === undefined ? {} : {keyFile: key}),
        ...(allow_expired_key === undefined ? {} : {allowExpiredKey: allow_expired_key}),
        ...(inspect === undefined ? {} : {inspect}),
      },
    ];
  },

  want(args, seen, inputs) {
    const found = inputs.release('release');
    const {version, program} = found;
    const base = baseOf(args);
    const file = `${base}/${version}/${program}`;
    const link = args.link ?? `/usr/local/bin/${program}`;
    const content =
      found.content ?? unfetched(found, args.name, () => seen.get<PathState>(pathRef(file)).status);
    const validate = smokeRun(
      `${args.name} ${version}`,
      args.user,
      args.smoke_timeout ?? 120,
      args.smoke ?? [args.url === undefined ? 'version' : '--version'],
    );
    return [
      pathWant(base, {type: 'directory', mode: '0755', ...owner}),
      pathWant(`${base}/${version}`, {type: 'directory', mode: '0755', ...owner}),
      pathWant(file, {type: 'file', content, mode: '0755', ...owner, validate}),
      ...(args.switch === false
        ? []
        : [
            pathWant(link, {type: 'link', target: file, ...(args.force ? {force: true} : {})}),
            versionsWant(link, file),
          ]),
    ];
  },
};

/** The folder of all versions. */
function baseOf({dir, name}: ReleaseArguments): string {
  return dir ?? `/usr/local/lib/${name}`;
}

/** A link in the place of the program, or of the folder of a version, would take the program away. */
function checkLink(args: ReleaseArguments): readonly ArgumentProblem[] {
  const {link, version} = args;
  if (link === undefined || args.switch === false) return [];
  const base = baseOf(args);
  const below = posix.relative(base, link);
  const [first = ''] = below.split('/');
  if (below !== '' && first !== version && !/^v?\d/.test(first)) return [];
  return [
    {
      argument: 'link',
      message: `is where the versions themselves are (${base})`,
      hint: 'name a path outside of that, for example in /usr/local/bin',
    },
  ];
}

/** What check mode can say of a program that nobody has fetched: where there is none yet, that it would be sent. */
function unfetched({archiveSha256, version}: ReleasedProgram, name: string, status: () => string): Content {
  const sha256 = archiveSha256 === undefined ? 'not fetched' : `in ${archiveSha256}`;
  if (status() === 'absent') return {sha256, sizeBytes: mostProgramBytes, isAtMost: true};
  const reason = `whether it is ${name} ${version} is known only when that was fetched: vprov release fetch`;
  throw new UnknownRead(new Unknown(reason));
}
