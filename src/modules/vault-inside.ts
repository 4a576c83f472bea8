import type {Ref, Want} from '../resources/index.ts';
import {reveal, Secret} from '../text/index.ts';
import {asText} from '../values/index.ts';
import {type InsideDesired, insideRef, type SortName, secondsOf} from '../vault/index.ts';
import type {StringOrSecret} from './argument-types.ts';
import type {ArgumentProblem} from './contract.ts';
import {usualUrl} from './vault-server.ts';

/** Which server, and as whom: what all of these modules take. */
export interface InsideArguments {
  readonly url?: string;
  readonly keys?: string;
  readonly token?: StringOrSecret;
}

/** Something inside a server, as the task's arguments name it. */
export function insideOf(
  {url = usualUrl, keys = '', token}: InsideArguments,
  sort: SortName,
  name: string,
  mount?: string,
): Ref {
  const given = token === undefined ? '' : reveal(asText(token) ?? []);
  const login = given === '' ? {keys} : {token: new Secret('token', given)};
  return insideRef({url, login, sort, name, ...(mount === undefined ? {} : {mount})});
}

export function insideWant(
  ref: Ref,
  after: InsideDesired | 'absent',
  more: Pick<Want, 'sensitive'> = {},
): readonly Want[] {
  return [{ref, after, ...more}];
}

/** A mount goes only where it was said that what is in it goes, too. */
export function refuseLoss({
  state,
  lose_data: loses,
}: {
  readonly state?: string;
  readonly lose_data?: boolean;
}): readonly ArgumentProblem[] {
  if (state !== 'absent' || loses) return [];
  return [
    {
      argument: 'state',
      message: 'absent removes all that is in it, for good',
      hint: 'lose_data: true says that this is meant',
    },
  ];
}

/** The arguments that are durations, by the ends of their names. */
const durations = /_(?:ttl|period|threshold|time)$/;

/** Servers cut off what is beyond whole seconds: it would be told as different in each run. */
export function refuseFractions(args: object): readonly ArgumentProblem[] {
  return Object.entries(args).flatMap(([argument, value]) =>
    durations.test(argument) && !Number.isInteger(secondsOf(value) ?? 0)
      ? [{argument, message: `must be whole seconds, not ${String(value)}: servers keep no parts of them`}]
      : [],
  );
}

/** What a server that is told 0 leaves as it is. */
export function refuseZeros(args: object): readonly ArgumentProblem[] {
  return Object.entries(args).flatMap(([argument, value]) =>
    durations.test(argument) && secondsOf(value) === 0
      ? [
          {
            argument,
            message: 'must be more than 0, which servers take for nothing said',
            hint: "leave it out to leave it as it is, or give the server's default as a number",
          },
        ]
      : [],
  );
}

/** As whom it is done must be said. */
export function refuseNobody({keys, token}: InsideArguments): readonly ArgumentProblem[] {
  const given = token === undefined ? '' : reveal(asText(token) ?? []);
  if (/[^\x21-\x7e]/.test(given))
    return [
      {
        argument: 'token',
        message: 'is no token: it has a blank, a line break or a letter that none has',
        hint: 'files and commands end with a line break: trim takes it away',
      },
    ];
  if (keys !== undefined || given !== '') return [];
  return [
    {
      argument: 'keys',
      message: 'is missing, and there is no token: as whom is this to be done?',
      hint: "keys: .vprov/keys/NAME.age for vprov's own login, or a token",
    },
  ];
}
