import { randomBytes } from 'node:crypto';
import type { SessionServer } from '../../ports.ts';
import { commandOf, type WithCommands } from './shell-command.ts';

/** The last line says what became of it, after a nonce that the repository cannot know. */
const script = `c=$(git rev-parse --verify --quiet --end-of-options "$2^{commit}") || { echo "$1 unknown"; exit; }
git reset --hard --quiet "$c" && echo "$1 done"`;

/** Sets worktrees to another commit than the one they were made at, by whatever runs commands on the server. */
export const baseRefCalls = (within: WithCommands): Pick<SessionServer, 'setBase'> => ({
  async setBase(worktree, ref) {
    const nonce = randomBytes(8).toString('hex');
    const told = await within(worktree, (run) => run(commandOf(script, [nonce, ref])));
    const lines = (told ?? '').split('\n').map((line) => line.trim());
    if (lines.includes(`${nonce} done`)) return 'done';
    return lines.includes(`${nonce} unknown`) ? 'unknown' : 'failed';
  },
});
