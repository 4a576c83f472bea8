/** Directories of ours that are copied whole: texts by their names below them. */
export const trees: readonly Readonly<Record<string, string>>[] = [
  {a: 'one\n', 'b/a': 'two\n'},
  {c: 'three\n', 'a/b': 'ünï\n', 'b/c': ''},
  {'a/b/c': 'deep\n', c: `${'x'.repeat(79)}\n`.repeat(500)},
];
