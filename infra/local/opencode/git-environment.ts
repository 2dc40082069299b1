import { devNull } from 'node:os';

/**
 * Git without anything of this machine's set-up: no identity is needed, no signing and no hook of the user's is run.
 */
export const gitEnvironment = {
  GIT_CONFIG_GLOBAL: devNull,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Sample',
  GIT_AUTHOR_EMAIL: 'sample@example.invalid',
  GIT_COMMITTER_NAME: 'Sample',
  GIT_COMMITTER_EMAIL: 'sample@example.invalid',
};

/**
 * For the server, whose agents write the configuration that all worktrees of a repository share: what stands in the
 * environment comes before it, so no session leaves a hook or a monitor of files for the next one to run.
 */
export const guardedGit = {
  GIT_CONFIG_COUNT: '2',
  GIT_CONFIG_KEY_0: 'core.hooksPath',
  GIT_CONFIG_VALUE_0: devNull,
  GIT_CONFIG_KEY_1: 'core.fsmonitor',
  GIT_CONFIG_VALUE_1: 'false',
};
