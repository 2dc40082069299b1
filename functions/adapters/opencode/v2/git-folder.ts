import { randomBytes } from 'node:crypto';
import type { GitFolderContent } from '../../../domain/repository/git-state.ts';
import { TaskError } from '../../../domain/task/errors.ts';
import type { Client } from '../client.ts';
import { commandOf } from '../shell-command.ts';
import { runCommand } from './shell.ts';

/**
 * Tells names, digests and the configuration, with git's plumbing that starts no program of the folder's. A
 * configuration of more than 30,000 bytes is told by its digest alone, for an answer holds 64 KiB.
 */
const script = `n=$1
d=$(git rev-parse --git-common-dir 2>/dev/null) && cd "$d" || { echo "$n none"; exit; }
b64() { base64 | tr -d '\\n'; }
for f in config config.worktree commondir hooks/* info/* objects/info/alternates; do
  case $f in *.sample|info/refs) continue;; esac
  if [ -f "$f" ]; then echo "$n file $(printf %s "$f" | b64) $(git hash-object --no-filters -- "$f" 2>/dev/null)"; fi
done
if [ "$(wc -c < config)" -le 30000 ]; then echo "$n config $(b64 < config)"; fi
git for-each-ref --count=200 --format="$n branch %(objectname) %(refname:lstrip=2)" refs/heads
echo "$n done"
`;

/** What all worktrees of a repository share, by one command outside any session: no route of 2.x gives all of it. */
export async function readGitFolder(client: Client, directory: string): Promise<GitFolderContent | null> {
  const nonce = randomBytes(8).toString('hex');
  const { output } = await runCommand(client, directory, commandOf(script, [nonce]));
  const told = output.split('\n').flatMap((line) => (line.startsWith(`${nonce} `) ? [line.split(' ').slice(1)] : []));
  if (told.some(([kind]) => kind === 'none')) return null;
  if (!told.some(([kind]) => kind === 'done')) {
    throw new TaskError('ServerUnreachable', `The server did not tell what the git folder of ${directory} holds.`);
  }
  const files = new Map<string, string | null>();
  const branches = new Map<string, string>();
  for (const [kind, one = '', other = ''] of told) {
    if (kind === 'file') files.set(decoded(one), other === '' ? null : other);
    if (kind === 'config') files.set('config', decoded(one));
    if (kind === 'branch') branches.set(other, one);
  }
  return { files, branches, complete: true };
}

const decoded = (base64: string): string => Buffer.from(base64, 'base64').toString();
