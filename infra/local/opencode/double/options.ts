import type { Rule } from './store.ts';

export interface DoubleOptions {
  /** What an integration is given as `apiKey`; the user name is always `opencode`. */
  password: string;
  /** Where sessions without a directory of their own work. */
  directory: string;
  /** Parent of the worktrees. */
  worktreeDirectory: string;
  /** 0: any free one. */
  port?: number;
  /** Keeps sessions over a restart of this process. */
  stateFile?: string;
  version?: string;
  behaviour?: Partial<Behaviour>;
}

/** What differs between servers, versions and set-ups of 2.x. May be changed while the double runs. */
export interface Behaviour {
  /** Rules of the server's owner, after the defaults. */
  rules: Rule[];
  /** How often a directory's lists are empty before they are there. */
  coldReads: number;
  /** 2.0.26 says that a directory is not there; before, it was an error without a body. */
  missingDirectory: 404 | 500;
  /** Before 2.0.26 the end of a run had no reason. */
  endsTellErrors: boolean;
  /** Milliseconds that a run stays listed as active after its end is stored. */
  lingerMs: number;
  /** Milliseconds for each of a provider's retries; what it really takes is 2, 4, 8, then 10 s. */
  retryMs: number;
  snapshots: boolean;
  /** Answers nothing but 503. */
  starting: boolean;
}

export const usualBehaviour: Behaviour = {
  rules: [],
  coldReads: 2,
  missingDirectory: 404,
  endsTellErrors: true,
  lingerMs: 20,
  retryMs: 2_000,
  snapshots: true,
  starting: false,
};

/** What the double offers to run sessions with. */
export const catalogue = {
  agents: ['build', 'plan', 'general'],
  models: [{ providerID: 'stub', id: 'stub-1' }],
};
