import type {ResultFields} from './contract.ts';

const [text, number, boolean] = [{type: 'string'}, {type: 'number'}, {type: 'boolean'}] as const;

/** What modules tell of a path, named as Ansible names it. */
export const pathFields: ResultFields = {
  path: text,
  mode: text,
  isreg: boolean,
  isdir: boolean,
  islnk: boolean,
  size: number,
  uid: number,
  gid: number,
  pw_name: text,
  gr_name: text,
  mtime: number,
  nlink: number,
};
