import type {Change, Content, Ref, Want} from '../contract.ts';

/** The crontab of a user. Absent: there is none. */
export interface CrontabState {
  readonly text: string | undefined;
}

export interface CrontabDesired {
  readonly content: Content;
}

export type CrontabWant = Want<'crontab', CrontabDesired>;
export type CrontabChange = Change<'crontab', CrontabState, CrontabDesired>;

export function crontabRef(user: string): Ref<'crontab'> {
  return {kind: 'crontab', id: user, facets: ['state']};
}

export function crontabWant(user: string, content: Content): CrontabWant {
  return {ref: crontabRef(user), after: {content}};
}

export function contentOfWant({after}: CrontabWant): Content {
  if (after === 'absent') throw new Error('a crontab without lines is as good as none');
  return after.content;
}
