/** What `auditPatch` runs on the server: for `sh`, git and the usual tools, as GNU, BSD and BusyBox have them. */

const folder = `t=\${TMPDIR:-/tmp}/opencode-relay-$1; umask 077; mkdir -p "$t" || exit`;

/** Keeps a part of the payload: nonce, number, part. */
export const partScript = `${folder}
printf %s "$3" > "$t/$2" && echo "$1 kept"
`;

/**
 * Audits: nonce, number of the last part, the last part and base commit. What git is configured to do besides
 * is switched off where it would change the answer or run a program. \`cp -p\`: by its time an index tells which of its
 * entries may have changed unnoticed.
 */
export const auditScript = `${folder}
trap 'rm -rf "$t"' EXIT
say() { echo "$n $*"; }
g() { git -c core.fsmonitor=false -c core.hooksPath=/dev/null -c apply.ignoreWhitespace=no "$@" 2>/dev/null; }
fits() { g apply --cached --whitespace=nowarn "$@"; }
names() { head -c 30000 | base64 | tr -d '\\n'; }
n=$1 last=$2 base=$4
printf %s "$3" > "$t/$last"
i=0
while [ "$i" -le "$last" ]; do cat "$t/$i"; i=$((i+1)); done | base64 -d | gzip -dc > "$t/all" || exit
{ read -r count; read -r total; read -r named; } < "$t/all"
head -n $((count+3)) "$t/all" > "$t/head"
at=$(($(wc -c < "$t/head")+1))
tail -c +$at "$t/all" | head -c "$total" > "$t/patch"
tail -c +$((at+total)) "$t/all" | head -c "$named" > "$t/named"
cd "$(git rev-parse --show-toplevel)" || exit
index=$(git rev-parse --git-path index)
GIT_ALTERNATE_OBJECT_DIRECTORIES=$(cd "$(git rev-parse --git-common-dir)" && pwd)/objects
GIT_OBJECT_DIRECTORY=$t/objects
GIT_INDEX_FILE=$t/index
export GIT_ALTERNATE_OBJECT_DIRECTORIES GIT_OBJECT_DIRECTORY GIT_INDEX_FILE
mkdir "$t/objects"
g read-tree "$base" || exit
if [ "$total" -gt 0 ] && ! fits "$t/patch"; then
  i=0
  tail -n +4 "$t/head" | while read -r length; do
    tail -c +$at "$t/all" | head -c "$length" > "$t/one"
    at=$((at+length))
    if fits --check "$t/one"; then cat "$t/one" >> "$t/rest"; else say unfit $i; fi
    i=$((i+1))
  done
  if [ -s "$t/rest" ] && ! fits "$t/rest"; then say unfit all; fi
fi
made=$(g write-tree) || exit
if [ -f "$index" ]; then cp -p "$index" "$t/work" || exit; fi
GIT_INDEX_FILE=$t/work
g add --all --ignore-errors .
found=$(g write-tree) || exit
say differing "$(g diff-tree -r -z --no-renames --name-only "$made" "$found" | names)"
if [ "$named" -gt 0 ]; then say ignored "$(g check-ignore -z --stdin < "$t/named" | names)"; fi
say done
`;
