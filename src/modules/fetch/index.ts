import {createHash} from 'node:crypto';
import {posix} from 'node:path';
import {sh} from '../../shell/index.ts';
import {isRefusal, refusalOf} from '../../source/index.ts';
import type {Action} from '../contract.ts';
import {readFile} from '../read-file.ts';
import type {FetchArguments} from './schema.ts';

const limitBytes = 64 * 1024 * 1024;
const hashTimeoutMs = 600_000;

export const fetch: Action<FetchArguments> = {
  type: 'action',
  name: 'fetch',
  summary: 'Brings a file of the host to this machine',
  scope: 'host',
  result: {dest: {type: 'string'}, checksum: {type: 'string'}, file: {type: 'string'}},
  readOnly: () => false,
  guard: () => ({run: true}),
  /** On the host it only reads. */
  effects: () => ({type: 'none'}),

  async act(args, ports) {
    const {src, fail_on_missing: fails = true} = args;
    const read = await readFile(src, limitBytes, ports);
    if ('problem' in read)
      return read.missing && !fails
        ? {changed: false, result: {file: src}}
        : {changed: false, failed: read.problem, result: {file: src}};
    const checksum = createHash('sha256').update(read.bytes).digest('hex');
    const there = await ports.run(sh`sha256sum <${src}`, hashTimeoutMs);
    if (!there.stdout.toString('utf8').startsWith(`${checksum} `))
      return {changed: false, failed: `${src} changed while it was read`, result: {file: src}};
    const place = placeOf(args, ports.hostName);
    try {
      const {file, changed} = await ports.save(place, read.bytes);
      return {changed, result: {file: src, dest: file, checksum}};
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const failed = `${place} cannot be written on this machine: ${refusalOf(error)}`;
      return {changed: false, failed, result: {file: src}};
    }
  },
};

/** Where the file goes, by the rules of Ansible. */
function placeOf({src, dest, flat = false}: FetchArguments, hostName: string): string {
  if (!flat) return posix.join(dest, hostName, src);
  return dest.endsWith('/') ? posix.join(dest, posix.basename(src)) : dest;
}
