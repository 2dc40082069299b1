import { marked } from './supervisor-script.ts';

/** What is asked of the supervisor of checks. Each prints lines that begin with its nonce. */

const folder = `t=\${TMPDIR:-/tmp}/opencode-relay-checks-$1; n=$2`;

/** Whether the supervisor is at work. After a restart another process may have its id: its words have the folder. */
const lives = `words() { tr '\\0' ' ' 2> /dev/null < "/proc/$1/cmdline" || ps -ww -o args= -p "$1" 2> /dev/null; }
lives() { [ -f "$t/pid" ] && words "$(cat "$t/pid")" | grep -qF "$t"; }`;

/**
 * Starts the supervisor unless it was started: identity, nonce, the supervisor's script (base64), and its words but the
 * folder. A start that was cut off before it had one is made anew.
 */
export const startScript = `${folder}
if [ -d "$t" ] && [ -f "$t/pid" ]; then echo "$n started"; exit; fi
umask 077
mkdir -p "$t" || exit
script=$(printf %s "$3" | base64 -d) || exit
id=$1
shift 3
new=
if command -v setsid > /dev/null; then new=setsid
elif command -v perl > /dev/null; then new='perl -MPOSIX -e POSIX::setsid();exec(@ARGV)'; fi
$new sh -c "$script" relay "$t" "$id" "$@" < /dev/null > /dev/null 2>&1 &
i=0
until [ -f "$t/pid" ] || [ $i -ge 50 ]; do sleep 0.1 2> /dev/null || sleep 1; i=$((i+1)); done
[ -f "$t/pid" ] && echo "$n started"
`;

/** How far it is: identity and nonce. Who is gone is looked for twice, since a check may have deleted the folder. */
export const lookScript = `${folder}
${lives}
state=lost
if lives || { ! grep -qs '^done$' "$t/told" && sleep 2 && lives; }; then state=running; fi
if grep -qs '^done$' "$t/told"; then state=done; fi
sed "s/^/$n run /" "$t/told" 2> /dev/null
sed "s/^/$n now /" "$t/now" 2> /dev/null
echo "$n state $state"
`;

/** The end of what a run printed: identity, nonce, run as \`0.patch\`. */
export const outputScript = `${folder}
sed -n "s/^$3 /$n output /p" "$t/outputs" 2> /dev/null
echo "$n end"
`;

/** Ends what is still at work, and leaves nothing: identity and nonce. */
export const endScript = `${folder}; mark=$1
${lives}
${marked}
pid=$(cat "$t/pid" 2> /dev/null)
if lives; then
  kill -TERM "$pid" 2> /dev/null
  i=0
  while lives && [ $i -lt 100 ]; do sleep 0.1 2> /dev/null || sleep 1; i=$((i+1)); done
  if lives; then kill -KILL "$pid" 2> /dev/null; fi
fi
left=$(marked)
[ -n "$left" ] && kill -KILL $left 2> /dev/null
rm -rf "$t"
echo "$n ended"
`;
