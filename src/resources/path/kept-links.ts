import {type Script, sh} from '../../shell/index.ts';

/** Where a user's kept versions lie: root's in `/var/lib/vprov`, another's in its own state folder. */
export function keptVersionsOf(user: string): Script {
  return user === 'root' ? sh`/var/lib/vprov/backup` : sh`"$HOME"/.local/state/vprov/backup`;
}

/** Mode, hard links, user, group, size, time: a file with several links is known by how its line begins. */
export const statFormat = '%f:%h:%u:%g:%s:%Y:%U:%G';

/**
 * Puts behind the line `$l`, which `stat` said of the file at `$p`, how many of its hard links are versions that were
 * kept for `vprov undo`. Such links are left where a change was refused, or killed, after the version was kept; without
 * being told apart they would have the next change refused. Nothing is started for a file with one link.
 */
export const countKeptLinks: Script = sh`case $l in
8???:[2-9]:*|8???:[1-9][0-9]:*|8???:[1-9][0-9][0-9]:*)
l=$l:$(find ${keptVersionsOf('root')} ${keptVersionsOf('another')} -samefile "$p" 2>/dev/null | wc -l) ;;
esac`;

/** The same for each line of `$o`; of each parameter that has none there is m or x in a variable: `$c1`, `$c2`… */
export const countKeptLinksOfAll: Script = sh`nl='
'
case $nl$o in
*"$nl"8???:[2-9]:*|*"$nl"8???:[1-9][0-9]:*|*"$nl"8???:[1-9][0-9][0-9]:*)
x=$o$nl o='' n=0
for p do
n=$((n+1))
eval "k=\$c$n"
case $k in [mx]) continue ;; esac
l=\${x%%"$nl"*} x=\${x#*"$nl"}
${countKeptLinks}
o=$o$l$nl
done
o=\${o%"$nl"} ;;
esac`;
