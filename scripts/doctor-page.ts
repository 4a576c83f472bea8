import {allRules} from '../src/doctor/index.ts';

/** docs/doctor.md with the table of findings as the rules have it; the rest of the page is written by hand. */
export function doctorPage(page: string): string {
  const rows = allRules.map(
    ({id, check, level, meaning}) => `| \`${id}\` | ${check} | ${level} | ${meaning} |\n`,
  );
  return page.replace(/(\| finding .*\n\|[-|]+\n)(?:\|.*\n)*/, (_, head: string) => head + rows.join(''));
}
