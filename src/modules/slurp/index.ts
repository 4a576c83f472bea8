import type {Action} from '../contract.ts';
import {readFile} from '../read-file.ts';
import type {SlurpArguments} from './schema.ts';

const limitBytes = 16 * 1024 * 1024;

export const slurp: Action<SlurpArguments> = {
  type: 'action',
  name: 'slurp',
  summary: 'Reads a file of the host',
  scope: 'host',
  shorthand: 'src',
  result: {content: {type: 'string'}, encoding: {type: 'string'}, source: {type: 'string'}},
  readOnly: () => true,
  guard: () => ({run: true}),
  effects: () => ({type: 'none'}),

  async act({src}, ports) {
    const read = await readFile(src, limitBytes, ports);
    if ('problem' in read) return {changed: false, failed: read.problem, result: {}};
    return {
      changed: false,
      result: {content: read.bytes.toString('base64'), encoding: 'base64', source: src},
    };
  },
};
