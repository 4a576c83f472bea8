import {type Script, sh} from '../../shell/index.ts';
import {managed} from './managed.ts';
import type {PathChange} from './predict.ts';
import {mountedBelow} from './removal.ts';

/** Up to this size a file is copied: that writes no more than the change itself. */
const copiedBytes = 256 * 1024;
/** A larger one that cannot be linked, because the backups are on another file system, is copied up to this size. */
const mostCopiedBytes = 8 * 1024 * 1024;

/**
 * Puts what is at a path now at `$v`, and into `$k` what became of that: copied, linked, large, failed. Directories are
 * trees of hard links: nothing of their contents is written. What is mounted below one is never walked into, as the
 * removal will refuse it.
 */
export function keepVersion(change: PathChange): Script {
  const {path, state} = managed(change.ref.id, change.before, change.want.after);
  const inPlace =
    change.want.after !== 'absent' && change.want.after.type === 'file' && change.want.after.writeInPlace;
  const size = state?.sizeBytes ?? 0;
  const isRemoved = change.attributes.some(({name}) => name === 'type');
  const start = sh`d=${path}`;
  const copy = sh`if cp -pP "$d" "$v"; then k=copied; else rm -f "$v"; fi`;
  switch (state?.type) {
    case 'file': {
      // One name of several: only the file itself brings back what its other names show.
      if (isRemoved && (state.links ?? 1) > 1)
        return sh`${start}
if ln "$d" "$v"; then k=linked; else ${size <= mostCopiedBytes ? copy : sh`k=large`}; fi`;
      if (size <= copiedBytes || (inPlace && size <= mostCopiedBytes))
        return sh`${start}
${copy}`;
      const otherwise = size <= mostCopiedBytes ? copy : sh`k=large`;
      // What is written into the file that is there would be written into a link of it, too.
      return inPlace
        ? sh`k=large`
        : sh`${start}
if ln "$d" "$v"; then k=linked; else ${otherwise}; fi`;
    }
    case 'link':
      return sh`${start}
${copy}`;
    case 'directory':
      return sh`${start}
${mountedBelow}
if [ -n "$m" ]; then k=mounted
elif cp -al "$d" "$v"; then k=linked
else
rm -rf "$v"
s=$(du -sk "$d") s=\${s%%[!0-9]*}
if [ "\${s:-999999999}" -gt ${mostCopiedBytes / 1024} ]; then k=large
elif cp -a "$d" "$v"; then
k=copied
[ -z "$(find "$d" ! -type d -links +1 | head -n 1)" ] || k=parted
else rm -rf "$v"
fi
fi`;
    case 'other':
    case undefined:
      return sh`k=special`;
  }
}
