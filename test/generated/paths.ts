import fc from 'fast-check';
import {type Deed, type Entry, edits} from './case.ts';
import {trees} from './trees.ts';

/** Paths of the small world, below the folder of a case. Few names, so that tasks meet. */
const paths = ['a', 'b', 'c', 'a/a', 'a/b', 'b/a', 'b/c', 'c/b', 'a/a/a', 'a/a/b', 'a/b/c', 'b/a/a'] as const;

/** What links say. `@` stands for the folder of the case; some lead nowhere, to each other, or to themselves. */
const targets = ['a', 'b', 'c', 'c/b', 'b/a', '@/a', '@/a/b', '@/b', '@/c', '@/b/a', '../b', 'none'] as const;

const path = fc.oneof(
  {weight: 1, arbitrary: fc.constantFrom(...paths.slice(0, 3))},
  {weight: 2, arbitrary: fc.constantFrom(...paths)},
);
const somePaths = fc.oneof(
  {weight: 6, arbitrary: path.map((one) => [one])},
  {weight: 1, arbitrary: fc.uniqueArray(path, {minLength: 2, maxLength: 3})},
);
const mode = fc.constantFrom('0644', '0600', '0755', '0700', '02755', '04755', '01777');
const modeAsked = fc.oneof(mode, fc.constantFrom('u=rwx,go=rx', 'u+x', 'go-rwx', 'g+s'));
const line = fc.constantFrom('one', 'two', 'three', '', 'ünï', ' spaces ', "'quoted' $HOME `x`", '\\n');
const content = fc.oneof(
  fc.array(line, {maxLength: 6}).map((lines) => lines.map((text) => `${text}\n`).join('')),
  fc.constantFrom('', 'no newline at its end', 'one\r\ntwo\r\n'),
);
export const owner = fc.constantFrom('root', 'pi', '20002');
export const ownOwner = fc.constantFrom('root', '%', '%');
const follow = fc.boolean();
export const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, {nil: undefined, freq: 2});

/** Without the fields that are not given. */
export function record<T extends object>(fields: {[K in keyof T]-?: fc.Arbitrary<T[K]>}): fc.Arbitrary<T> {
  return fc
    .record(fields)
    .map(
      (value) =>
        Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as unknown as T,
    );
}

export const entry: fc.Arbitrary<Entry> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({type: fc.constant('directory' as const), path, mode: mode, setgid: fc.boolean()}),
  },
  {weight: 4, arbitrary: fc.record({type: fc.constant('file' as const), path, content, mode})},
  {
    weight: 3,
    arbitrary: fc.record({type: fc.constant('link' as const), path, target: fc.constantFrom(...targets)}),
  },
  {weight: 3, arbitrary: fc.record({type: fc.constant('twin' as const), path, of: path})},
);

export function pathDeed(owner: fc.Arbitrary<string>): fc.Arbitrary<Deed> {
  const attributes = {mode: maybe(modeAsked), owner: maybe(owner), group: maybe(owner)};
  return fc.oneof(
    {weight: 3, arbitrary: record<Deed>({type: fc.constant('absent'), paths: somePaths} as never)},
    {
      weight: 4,
      arbitrary: record<Deed>({
        type: fc.constant('directory'),
        paths: somePaths,
        follow: maybe(follow),
        ...attributes,
      } as never),
    },
    {
      weight: 2,
      arbitrary: record<Deed>({
        type: fc.constant('attributes'),
        paths: somePaths,
        follow: maybe(follow),
        ...attributes,
      } as never),
    },
    {
      weight: 4,
      arbitrary: record<Deed>({
        type: fc.constant('link'),
        paths: somePaths,
        target: fc.constantFrom(...targets),
        force: maybe(fc.boolean()),
        owner: maybe(owner),
      } as never),
    },
    {
      weight: 7,
      arbitrary: record<Deed>({
        type: fc.constant('copy'),
        paths: somePaths,
        content,
        follow: maybe(follow),
        inPlace: maybe(fc.boolean()),
        ...attributes,
      } as never),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        type: fc.constant('edit' as const),
        paths: somePaths,
        edit: fc.constantFrom(...edits),
      }),
    },
    {
      weight: 2,
      arbitrary: record<Deed>({
        type: fc.constant('tree'),
        paths: somePaths,
        tree: fc.nat(trees.length - 1),
        mode: maybe(fc.constantFrom('0640', 'u=rwX,go=rX')),
      } as never),
    },
    {
      weight: 1,
      arbitrary: record<Deed>({
        type: fc.constant('recurse'),
        paths: somePaths,
        mode: fc.constantFrom('u=rwX,g=rX,o=', 'go-w'),
        owner: maybe(owner),
      } as never),
    },
    {weight: 1, arbitrary: fc.constant<Deed>({type: 'flush'})},
  );
}
