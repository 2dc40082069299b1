import type { ExecutionInput } from '../contract/execution.ts';
import { redactText } from '../domain/alert/redact-alert.ts';
import {
  anyFilter,
  blindFilter,
  createPasswordFilter,
  type PasswordFilter,
} from '../domain/secrets/password-filter.ts';
import { addedLines } from '../domain/session/patch-sections.ts';
import type { FileDiff } from '../domain/session/session.ts';
import { TaskError } from '../domain/task/errors.ts';
import { cut } from '../domain/text/cut.ts';
import type { CredentialScanner, CredentialsReader, JobStore } from '../ports.ts';
import { isWithheld } from './withheld.ts';

export interface ScreenDeps {
  passwords: Pick<CredentialsReader, 'read'>;
}

interface TellDeps extends ScreenDeps {
  jobs: Pick<JobStore, 'get'>;
}

/** A file in which a secret was found. Kinds are names such as `github-pat`, or `server-password`. */
export interface SecretFound {
  path: string;
  kinds: string[];
  withheld: boolean;
}

/** Kind of the password of the session's own server. It never leaves, whatever the rule says of other secrets. */
const SERVER_PASSWORD = 'server-password';

/**
 * Characters that are looked through, of what is added to one file and to all, and of an answer: those beyond are
 * withheld, generated code for the most part. Text that is made to be slow takes 12 µs for each on a whole core, and
 * four times that where it runs.
 */
const MAX_CHARACTERS = { ofFile: 1_000_000, ofAll: 2_000_000, ofAnswer: 500_000 };
const NOT_SCANNED = 'too-large-to-scan';

/** The passwords of an execution's server, to be found; what cannot be read is not. */
export async function passwordFilterOf(
  { passwords }: ScreenDeps,
  { session: { integrationId } }: Pick<ExecutionInput, 'session'>,
): Promise<PasswordFilter> {
  try {
    const found = await passwords.read(integrationId);
    return anyFilter([found, ...(found.previous ? [found.previous] : [])].map(createPasswordFilter));
  } catch (error) {
    // It was deleted, or replaced by what is none: the server tells the same.
    if (error instanceof TaskError) return blindFilter;
    throw error;
  }
}

/**
 * Makes of what a server or an agent said what an execution may show: without the password, and without what the rule
 * takes out of its alerts.
 */
export async function tellerOf(
  { jobs }: Pick<TellDeps, 'jobs'>,
  { jobId }: Pick<ExecutionInput, 'jobId'>,
  filter: PasswordFilter,
): Promise<(text: string) => string> {
  const job = await jobs.get(jobId);
  return (text) => redactText(filter.without(text), job?.redact);
}

/** Runs work of an execution; what it refuses leaves in words that may be told. */
export async function inTellableWords<T>(
  deps: TellDeps,
  execution: Pick<ExecutionInput, 'jobId' | 'session'>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    const tell = await tellerOf(deps, execution, await passwordFilterOf(deps, execution));
    const told = tell(error.message);
    throw told === error.message ? error : new TaskError(error.name, told);
  }
}

/** Looks for secrets in what is to be stored, file by file. */
export interface Screen {
  /** Undefined where the file holds none that was found. */
  look(diff: FileDiff): SecretFound | undefined;
  /** An answer without the password of the server and, as the rule says, without credentials; and which were in it. */
  answer(text: string): { text: string; kinds: string[] };
  filter: PasswordFilter;
}

export function createScreen(
  filter: PasswordFilter,
  scanner: CredentialScanner,
  scan: ExecutionInput['session']['resultScan'],
): Screen {
  let left = MAX_CHARACTERS.ofAll;
  const kindsIn = (path: string, lines: string[]): string[] => {
    const characters = lines.reduce((sum, line) => sum + line.length, 0);
    if (characters > Math.min(left, MAX_CHARACTERS.ofFile)) return [NOT_SCANNED];
    left -= characters;
    return scanner.kindsIn(path, lines);
  };
  return {
    filter,
    answer(text) {
      const own = filter.without(text);
      if (scan === 'off') return { text: own, kinds: [] };
      const head = cut(own, MAX_CHARACTERS.ofAnswer);
      const masked = scanner.masked(head);
      const kinds = head === own ? masked.kinds : [...masked.kinds, NOT_SCANNED];
      return { text: scan === 'withhold' ? masked.text : own, kinds };
    },
    look({ path, patch }) {
      if (filter.isIn(patch) || filter.isIn(path)) return { path, kinds: [SERVER_PASSWORD], withheld: true };
      if (scan === 'off' || isWithheld(path)) return undefined;
      const kinds = kindsIn(path, addedLines(patch));
      return kinds.length === 0 ? undefined : { path, kinds, withheld: scan === 'withhold' };
    },
  };
}

export const isPasswordFound = (found: readonly SecretFound[]): boolean =>
  found.some(({ kinds }) => kinds.includes(SERVER_PASSWORD));
