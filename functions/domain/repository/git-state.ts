import type { GitState } from '../../contract/git-state.ts';
import { sha256 } from '../text/digest.ts';
import { linesByKey, withoutTracking } from './git-config.ts';

/** What was read of the git folder that all worktrees of a repository share. */
export interface GitFolderContent {
  /** Text by path in the folder; null where it is there and its text cannot be told. */
  files: ReadonlyMap<string, string | null>;
  /** Commit by name of a local branch. */
  branches: ReadonlyMap<string, string>;
  /** False where there is more than was read. */
  complete: boolean;
}

/** Half of a digest is more than anybody can hit. */
const DIGEST_CHARACTERS = 32;
/** Keys of a configuration that are told apart; beyond that a change is one of `config` alone. */
const MAX_KEYS = 100;
const MAX_BRANCHES = 200;
const UNREADABLE = 'unreadable';

const digest = (text: string): string => sha256(text).slice(0, DIGEST_CHARACTERS);

/** Digests of what was read. The texts may hold passwords, and agents write them. */
export function gitStateOf({ files, branches, complete }: GitFolderContent): GitState {
  const digests = [...files].map(([path, text]): [string, string] => [
    path,
    text === null ? UNREADABLE : digest(path === 'config' ? withoutTracking(text) : text),
  ]);
  const byKey = [...linesByKey(withoutTracking(files.get('config') ?? ''))];
  const keys = byKey.length > MAX_KEYS ? [] : byKey;
  return {
    files: Object.fromEntries([
      ...digests,
      ...keys.map(([key, lines]): [string, string] => [`config ${key}`, digest(lines)]),
    ]),
    branches: Object.fromEntries([...branches].filter(([name]) => !isOfSession(name)).slice(0, MAX_BRANCHES)),
    complete,
  };
}

/** The branch of a session's own worktree, as OpenCode names it. */
const isOfSession = (branch: string): boolean => branch.startsWith('opencode/');

/** Paths that a look found and could not read, so that a change of their content is not seen. */
export const unreadPaths = ({ files }: GitState): string[] =>
  Object.keys(files).filter((path) => files[path] === UNREADABLE);

/** Names of the files, or keys of the configuration, that differ. */
export function changedFiles(before: GitState, after: GitState): string[] {
  const changed = differing(before.files, after.files);
  const keys = changed.filter((path) => path.startsWith('config '));
  // The key says more than the file that it stands in.
  return keys.length === 0 ? changed : changed.filter((path) => path !== 'config');
}

/** Local branches that are elsewhere, new or gone. */
export const movedBranches = (before: GitState, after: GitState): string[] =>
  differing(before.branches, after.branches);

function differing(before: Record<string, string>, after: Record<string, string>): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name]).sort();
}
