import * as z from 'zod';
import { type GitState, gitStateSchema } from '../../contract/git-state.ts';
import { hashedId } from '../text/digest.ts';
import { changedFiles, movedBranches } from './git-state.ts';

const blockSchema = z.strictObject({
  at: z.string(),
  /** What differs from what was accepted. */
  changed: z.array(z.string()),
  /** Jobs whose sessions ran meanwhile: each of them may have done it. */
  jobIds: z.array(z.string()),
});
/** Why no session begins in a repository until somebody has looked. */
export type RepositoryBlock = z.infer<typeof blockSchema>;

export const repositoryGuardSchema = z.strictObject({
  /** The state that was found first, or accepted last. */
  known: gitStateSchema,
  /** Sessions since the last look that found it so. `endedAt`: over, and perhaps at fault. */
  sessions: z.array(z.strictObject({ jobId: z.string(), since: z.string(), endedAt: z.string().optional() })),
  /** The last one that ended: what it has left running may act later. */
  last: z.string().nullable(),
  block: blockSchema.nullable(),
});
/** What is remembered of a repository on a server: no session is to run what another has left in its git folder. */
export type RepositoryGuard = z.infer<typeof repositoryGuardSchema>;

/** One for a directory of a server, as rules name the server and the server names the directory. */
export const repositoryId = (endpoint: string, directory: string): string =>
  hashedId('rep', `${endpoint}\n${directory}`);

/** A job whose session begins or ends now. */
interface Passing {
  jobId: string;
  at: string;
}

export interface RepositoryReport {
  /** Files of the git folder, and keys of its configuration, that are not as they were accepted. */
  changed: string[];
  /** Local branches that moved while sessions ran. */
  branches: string[];
  /** Jobs whose sessions ran meanwhile. */
  jobIds: string[];
}

/** Longer than any session lasts: the end of one that is older was never heard of. */
const FORGOTTEN_MS = 14 * 86_400_000;
const MAX_SESSIONS = 100;
const MAX_CHANGED = 50;

/**
 * A session is about to begin where the state is this. The first look of a repository takes what it finds for granted;
 * from then on any other state is for a person to accept, whoever made it: what a session has left running acts when
 * none is at work.
 */
export function enterRepository(
  guard: RepositoryGuard | undefined,
  state: GitState,
  { jobId, at }: Passing,
): { guard: RepositoryGuard; block: RepositoryBlock | null } {
  const entering = { jobId, since: at };
  if (!guard) return { guard: { known: state, sessions: [entering], last: null, block: null }, block: null };
  const seen = compared(guard, state, at);
  if (seen.block) return { guard: seen, block: seen.block };
  const running = seen.sessions.filter((each) => each.jobId !== jobId && isUnderWay(each, at));
  // Branches are told against what they were before the first session of those that are still at work.
  const branches = running.length === 0 ? state.branches : seen.known.branches;
  const sessions = [...running, entering].slice(-MAX_SESSIONS);
  return { guard: { ...seen, known: { ...seen.known, branches }, sessions }, block: null };
}

/** The session of the job never came to begin. */
export const withdrawFrom = (guard: RepositoryGuard, jobId: string): RepositoryGuard => ({
  ...guard,
  sessions: guard.sessions.filter((each) => each.jobId !== jobId),
});

/** A session has ended. `state`: null where it could not be read, which the next look does. */
export function leaveRepository(
  guard: RepositoryGuard,
  state: GitState | null,
  { jobId, at }: Passing,
): { guard: RepositoryGuard; report: RepositoryReport | null } {
  const ended = guard.sessions.map((each) => (each.jobId === jobId ? { ...each, endedAt: at } : each));
  const before = { ...guard, sessions: ended, last: jobId };
  if (!state) return { guard: before, report: null };
  const after = compared(before, state, at);
  const changed = changedFiles(guard.known, state);
  const jobIds =
    after.block?.jobIds ??
    union(
      ended.map((each) => each.jobId),
      [jobId],
    );
  const report = { changed, branches: movedBranches(guard.known, state), jobIds };
  // What was found as it was, those who have ended have left so.
  const sessions = changed.length === 0 ? ended.filter((each) => isUnderWay(each, at)) : ended;
  return { guard: { ...after, sessions }, report };
}

/** Somebody has looked, and takes the state as it is. */
export const acceptRepository = (guard: RepositoryGuard | undefined, state: GitState, at: string): RepositoryGuard => ({
  known: state,
  sessions: guard?.sessions.filter((each) => isUnderWay(each, at)) ?? [],
  last: guard?.last ?? null,
  block: null,
});

/** A block stays until it is accepted: that a change has gone again says nothing of what it did. */
function compared(guard: RepositoryGuard, state: GitState, at: string): RepositoryGuard {
  const changed = changedFiles(guard.known, state);
  if (changed.length === 0 && !guard.block) return guard;
  const { block, sessions, last } = guard;
  const suspects = sessions.map(({ jobId }) => jobId);
  const jobIds = suspects.length === 0 && last !== null ? [last] : suspects;
  return {
    ...guard,
    block: {
      at: block?.at ?? at,
      changed: union(block?.changed ?? [], changed).slice(0, MAX_CHANGED),
      jobIds: union(block?.jobIds ?? [], block ? [] : jobIds),
    },
  };
}

const isUnderWay = ({ since, endedAt }: RepositoryGuard['sessions'][number], at: string): boolean =>
  endedAt === undefined && Date.parse(at) - Date.parse(since) < FORGOTTEN_MS;

const union = (one: string[], other: string[]): string[] => [...new Set([...one, ...other])];
