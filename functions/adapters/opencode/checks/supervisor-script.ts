/**
 * Ids of the processes whose environment has the mark of `$mark`; none where there is no `/proc`. The `grep` of
 * BusyBox sees no further than the first of the variables.
 */
export const marked = `marked() {
  tail -n +1 /proc/[0-9]*/environ 2> /dev/null | tr '\\0' '\\n' | awk -v "mark=OPENCODE_RELAY_CHECK=$mark" \\
    '/^==> / { split($2, part, "/"); pid = part[3] } $0 == mark { print pid }'
}`;

/**
 * What runs checks on the server, one after another, for `sh`, git and the usual tools as GNU, BSD and BusyBox have
 * them: folder, mark, directory (base64), base commit or `-`, 1 for a tree of the session's own, 1 to wait 1 s only for
 * what a check leaves; then command (base64), seconds and 1 for "on the base too" of each check.
 *
 * A check is a session of its own, and all that it starts carries the mark in its environment: what forks away from it
 * is found by that. Its output is read by \`tail\`, so that no amount of it fills a disk. Whatever a check deletes, the
 * supervisor has its commands and results in variables, and what the tree was among git's own files.
 */
export const supervisorScript = `t=$1 mark=$2 base=$4 own=$5
dir=$(printf %s "$3" | base64 -d)
shift 5
told= outputs= leader= kept= admin=
if command -v setsid > /dev/null; then session=setsid
elif command -v perl > /dev/null; then session='perl -MPOSIX -e POSIX::setsid();exec(@ARGV)'
else session=; fi
umask 077

save() {
  mkdir -p "$t"
  echo $$ > "$t/pid"
  printf %s "$outputs" > "$t/outputs"
  printf %s "$told" > "$t/told.new" && mv "$t/told.new" "$t/told"
}
tell() { told="$told$*
"; save; }
g() { git -c core.fsmonitor=false -c core.hooksPath=/dev/null "$@" 2> /dev/null; }
pause() { sleep 0.1 2> /dev/null || sleep 1; }

${marked}
signal() {
  left=$(marked)
  if [ -n "$leader" ] && kill -0 "-$leader" 2> /dev/null; then left="-$leader $left"; fi
  [ -n "$left" ] && kill "-$1" $left 2> /dev/null
}
stop() {
  i=0; while [ $i -lt 10 ] && signal TERM; do pause; i=$((i+1)); done
  i=0; while [ $i -lt 30 ] && signal KILL; do pause; i=$((i+1)); done
  leader=
}

tree_git() {
  env GIT_DIR="$gitdir" GIT_WORK_TREE="$dir" GIT_INDEX_FILE="$kept/now.index" GIT_OBJECT_DIRECTORY="$kept/objects" \\
    GIT_ALTERNATE_OBJECT_DIRECTORIES="$objects" git -c core.fsmonitor=false -c core.hooksPath=/dev/null "$@" 2> /dev/null
}
tree_now() {
  rm -f "$kept/now.index"
  cp -p "$kept/own.index" "$kept/now.index" 2> /dev/null
  (cd "$dir" && tree_git add --all --ignore-errors . ; tree_git write-tree)
}
keep() {
  [ "$own" = 1 ] || return 0
  gitdir=$(g -C "$dir" rev-parse --absolute-git-dir) && commit=$(g -C "$dir" rev-parse HEAD) || { own=0; return 0; }
  kept=$gitdir/opencode-relay-checks
  objects=$(cd "$dir" && cd "$(g rev-parse --git-common-dir)" && pwd)/objects
  pointer=$(cat "$dir/.git" 2> /dev/null) head=$(cat "$gitdir/HEAD")
  mkdir -p "$kept/objects"
  cp -p "$gitdir/index" "$kept/own.index" 2> /dev/null
  tree=$(tree_now) || own=0
}
restore() {
  [ "$own" = 1 ] || return 0
  mkdir -p "$dir" "$kept/objects"
  if [ -n "$pointer" ] && [ "$(cat "$dir/.git" 2> /dev/null)" != "$pointer" ]; then
    rm -rf "$dir/.git"
    printf '%s\\n' "$pointer" > "$dir/.git"
  fi
  for again in 1 2 3; do
    [ "$(tree_now)" = "$tree" ] && break
    (cd "$dir" && tree_git read-tree --reset -u "$tree")
  done
  [ "$(cat "$gitdir/HEAD")" = "$head" ] || printf '%s\\n' "$head" > "$gitdir/HEAD"
  [ "$(g -C "$dir" rev-parse HEAD)" = "$commit" ] || g -C "$dir" update-ref HEAD "$commit"
  [ -f "$kept/own.index" ] && ! cmp -s "$kept/own.index" "$gitdir/index" && cp -p "$kept/own.index" "$gitdir/index"
}
let_go() { [ -n "$kept" ] && rm -rf "$kept"; }
admin_of() { sed -n 's/^gitdir: //p' "$t/base/.git" 2> /dev/null; }
open_base() { [ "$base" != - ] && g -C "$dir" worktree add --detach --force "$t/base" "$base" > /dev/null && admin=$(admin_of); }
close_base() {
  admin=\${admin:-$(admin_of)}
  rm -rf "$t/base"
  case $admin in */worktrees/*) rm -rf "$admin" ;; esac
  admin=
}

run() {
  rm -f "$t/code" "$t/leader" "$t/read"
  echo "$1 $2" > "$t/now"
  {
    {
      (cd "$3" && exec env OPENCODE_RELAY_CHECK="$mark" $session \\
        sh -c 'echo $$ >&9; exec 9>&-; exec sh -c "$1"' relay "$5") 9> "$t/leader" < /dev/null 2>&1
      ended=$?
      mkdir -p "$t"
      echo $ended > "$t/code.new"
      mv "$t/code.new" "$t/code"
    } | tail -c 8192 > "$t/$1.$2"
    mkdir -p "$t"
    : > "$t/read"
  } &
  began=$(date +%s) code=late i=0
  until [ -f "$t/code" ]; do
    [ $(($(date +%s)-began)) -lt "$4" ] || break
    [ -f "$t/pid" ] || save
    if [ $i -lt 30 ]; then pause; else sleep 1; fi
    i=$((i+1))
  done
  [ -f "$t/code" ] && code=$(cat "$t/code")
  took=$(($(date +%s)-began))
  leader=$(cat "$t/leader" 2> /dev/null)
  stop
  i=0; until [ -f "$t/read" ] || [ $i -ge 20 ]; do pause; i=$((i+1)); done
  outputs="$outputs$1.$2 $(base64 < "$t/$1.$2" | tr -d '\\n')
"
  tell "$1 $2 $code $took"
}
failed() { [ "$code" != late ] && [ "$code" -ne 0 ]; }

check() {
  run "$1" patch "$dir" "$3" "$2"
  restore
  failed || return 0
  left=$(($3-took))
  if [ $left -gt 0 ]; then
    run "$1" again "$dir" $left "$2"
    restore
    [ "$code" = 0 ] && return 0
  fi
  if [ "$4" = 1 ] && open_base; then
    run "$1" base "$t/base" "$3" "$2"
  fi
  close_base
}

trap 'trap "" TERM; leader=$(cat "$t/leader" 2> /dev/null); stop; restore; let_go; close_base; rm -f "$t/pid"; exit 0' TERM
# Two that were started at once are one.
mkdir "$t/begun" 2> /dev/null || exit 0
save
keep
number=0
while [ $# -ge 3 ]; do
  check $number "$(printf %s "$1" | base64 -d)" "$2" "$3"
  number=$((number+1))
  shift 3
done
let_go
tell done
`;
