import type {Event} from '../engine/index.ts';
import {durationText} from './task.ts';
import {displayWidth, truncate, visible} from './width.ts';

/** What one host is busy with. */
interface Work {
  readonly name: string;
  readonly sinceMs: number;
  readonly message?: string;
  readonly upload?: Upload;
}

interface Upload {
  readonly firstBytes: number;
  readonly firstMs: number;
  readonly sentBytes: number;
  readonly sentMs: number;
  readonly totalBytes: number;
}

/** Of what is sent, at least so much is shown of its name. */
const leastNameColumns = 16;

/** Who does what at this moment: the line at the bottom of a terminal. */
export interface Progress {
  see(event: Event): void;
  /** One line of at most so many columns; '' while nothing is going on. */
  line(nowMs: number, columns: number): string;
}

export function createProgress(): Progress {
  const atWork = new Map<string, Work>();
  let hostCount = 0;

  return {
    see(event) {
      switch (event.type) {
        case 'run':
        case 'play':
          hostCount = Math.max(event.hosts.length, 1);
          if (event.type === 'play') atWork.clear();
          break;
        case 'host':
          if (event.status === 'connecting')
            atWork.set(event.host, {name: 'connecting', sinceMs: event.time});
          else atWork.delete(event.host);
          break;
        case 'task-start':
          atWork.set(event.host, {name: event.task.name, sinceMs: event.time});
          break;
        case 'progress':
          atWork.set(event.host, workOf(event, atWork.get(event.host)));
          break;
        case 'task':
          atWork.delete(event.host);
          break;
        case 'diagnostic':
        case 'owed':
        case 'note':
        case 'summary':
        case 'probes':
        case 'listing':
          break;
      }
    },
    line(nowMs, columns) {
      if (atWork.size === 0) return '';
      const longestFirst = [...atWork].sort(([, a], [, b]) => a.sinceMs - b.sinceMs);
      const uploads = longestFirst.filter(([, work]) => work.upload);
      const together = uploads.length > 1 ? uploads : [];
      const most = Math.max(leastNameColumns, Math.floor(columns / 3));
      const parts = longestFirst
        .filter((each) => !together.includes(each))
        .map(([host, work]) => `${visible(host)}: ${workText(work, nowMs, most)}`);
      if (together.length > 0) parts.unshift(uploadsText(together, most));
      const head = `${atWork.size}/${hostCount} hosts at work`;
      // What the first one does is more than how many there are.
      const fits = displayWidth(`${head} · ${parts[0]}`) <= columns;
      return hostCount > 1 && columns >= 60 && fits
        ? fitParts([head, ...parts], columns, 2)
        : fitParts(parts, columns, 1);
    },
  };
}

type ProgressEvent = Extract<Event, {type: 'progress'}>;

function workOf(event: ProgressEvent, before: Work | undefined): Work {
  const {time, message, sentBytes, totalBytes} = event;
  const name = event.task.name;
  const sinceMs = before?.name === name ? before.sinceMs : time;
  if (sentBytes === undefined || totalBytes === undefined) return {name, sinceMs, message};
  const same = before?.upload?.totalBytes === totalBytes && before.upload.sentBytes <= sentBytes;
  const first = same && before?.upload ? before.upload : {firstBytes: sentBytes, firstMs: time};
  const upload = {firstBytes: first.firstBytes, firstMs: first.firstMs, sentBytes, sentMs: time, totalBytes};
  return {name, sinceMs, message, upload};
}

function workText(work: Work, nowMs: number, most: number): string {
  const text = visible(work.message || work.name).replaceAll('\n', ' ');
  if (work.upload) return `${middleCut(text, most)} ${uploadText(work.upload)}`;
  const elapsedMs = nowMs - work.sinceMs;
  return elapsedMs < 2_000
    ? text
    : `${text} (${durationText(Math.floor(elapsedMs / 1000) * 1000).replace('.0', '')})`;
}

/** `upload bao: 12.3 MiB/s, sense 45 %, wallpi 30 %` */
function uploadsText(uploads: readonly (readonly [string, Work])[], most: number): string {
  const [message] = uploads.map(([, work]) => work.message || work.name);
  const rate = uploads.reduce((sum, [, {upload}]) => sum + (upload ? bytesPerSecond(upload) : 0), 0);
  const hosts = uploads.map(([host, {upload}]) => `${visible(host)} ${upload ? percentOf(upload) : 0} %`);
  return `${middleCut(visible(message ?? ''), most)}: ${rate > 0 ? `${byteText(rate)}/s, ` : ''}${hosts.join(', ')}`;
}

/** `45 % of 180 MiB, 12.3 MiB/s, 8 s left` */
function uploadText(upload: Upload): string {
  const rate = bytesPerSecond(upload);
  return `${percentOf(upload)} % of ${byteText(upload.totalBytes)}${rate > 0 ? `, ${byteText(rate)}/s, ${leftText(upload, rate)} left` : ''}`;
}

function leftText({totalBytes, sentBytes}: Upload, rate: number): string {
  const seconds = Math.ceil((totalBytes - sentBytes) / rate);
  return seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}

function percentOf(upload: Upload): number {
  return upload.totalBytes > 0 ? Math.floor((100 * upload.sentBytes) / upload.totalBytes) : 100;
}

function bytesPerSecond(upload: Upload): number {
  const elapsedMs = upload.sentMs - upload.firstMs;
  return elapsedMs > 0 ? ((upload.sentBytes - upload.firstBytes) * 1000) / elapsedMs : 0;
}

function byteText(bytes: number): string {
  if (bytes < 1024 ** 2) return `${Math.ceil(bytes / 1024)} KiB`;
  const mebibytes = bytes / 1024 ** 2;
  return `${mebibytes < 100 ? mebibytes.toFixed(1) : Math.round(mebibytes)} MiB`;
}

/** What is sent, beside how fast: of a long path the end tells more than its middle, and the figures more than either. */
function middleCut(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  const [word = '', ...rest] = text.split(' ');
  const head = rest.length > 0 ? `${word} ` : '';
  let kept = '';
  for (const character of [...text.slice(head.length)].reverse()) {
    if (displayWidth(`${head}…${character}${kept}`) > columns) break;
    kept = character + kept;
  }
  return `${head}…${kept}`;
}

/** As many parts as fit. The first ones, so many of them, are cut rather than dropped. */
function fitParts(parts: readonly string[], columns: number, must: number): string {
  let line = truncate(parts.slice(0, must).join(' · '), columns);
  for (const part of parts.slice(must)) {
    const longer = `${line} · ${part}`;
    if (displayWidth(longer) > columns) break;
    line = longer;
  }
  return line;
}
