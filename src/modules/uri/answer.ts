import type {HttpResponse} from '../../transport/index.ts';
import type {Value, ValueMap} from '../../values/index.ts';
import type {ActionResult} from '../contract.ts';

interface Expectation {
  readonly statuses: readonly number[];
  readonly keepContent: boolean;
  readonly changes: boolean;
  /** What was asked, for people: method and URL, secrets masked. */
  readonly label: string;
}

/** What an answer means to the task. */
export function judgeAnswer(answer: HttpResponse, wanted: Expectation): ActionResult {
  const json = jsonOf(answer);
  const result: ValueMap = {
    status: answer.status,
    headers: answer.headers,
    ...(json === undefined ? {} : {json}),
    ...(wanted.keepContent ? {content: answer.body.toString('utf8')} : {}),
  };
  if (wanted.statuses.includes(answer.status)) return {changed: wanted.changes, result};
  const reason = answer.reason ? ` (${answer.reason})` : '';
  const hint = hintFor(answer);
  return {
    changed: wanted.changes,
    failed: `${wanted.label}: status ${answer.status}${reason}, not ${wanted.statuses.join(' or ')}`,
    ...(hint ? {hint} : {}),
    result,
  };
}

function hintFor({status, headers}: HttpResponse): string | undefined {
  return status >= 300 && status < 400 && headers.location ? `it points to ${headers.location}` : undefined;
}

function jsonOf({headers, body}: HttpResponse): Value | undefined {
  if (!/^[^;]*[/+]json\b/i.test(headers['content-type'] ?? '')) return undefined;
  try {
    return dataOf(JSON.parse(body.toString('utf8')));
  } catch {
    // Not JSON, whatever the header says: there is `content` for it.
    return undefined;
  }
}

/** Parsed JSON as a value: its maps have no prototype, so that no name in them means anything to us. */
function dataOf(json: unknown): Value {
  if (Array.isArray(json)) return json.map(dataOf);
  if (typeof json !== 'object' || json === null) return json as string | number | boolean | null;
  const map = Object.create(null) as Record<string, Value>;
  for (const [key, value] of Object.entries(json)) map[key] = dataOf(value);
  return map;
}
