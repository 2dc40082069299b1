import type { Dialect } from '../../contract/execution.ts';
import { TaskError } from '../../domain/task/errors.ts';

export interface Accepted {
  version: string;
  dialect: Dialect;
  /** See `RecognisedServer`. */
  untested: string | null;
}

/**
 * The first 1.x whose diffs were seen to work: until 1.3 every diff of a message is empty, so that all work would look
 * like none, and 1.4 to 1.13 are not known. What is in use and tested is 1.18.
 */
const OLDEST_MINOR_OF_1 = 14;

/** The first 2.x with `/api/info`, and with the routes that the adapter asks. */
const OLDEST_PATCH_OF_2_0 = 8;

/** What the adapter for 2.x was written from; none of it was a released server that was run. */
const basisOf2 =
  'OpenCode 2.x is supported from the source of 2.0.26 and captures of 2.0.20; the tests ran no released 2.x server. ' +
  'Try a rule on it before you rely on it.';

/** The dialect of a version. Throws ServerUnsupported unless it is one whose API and diffs are known to work. */
export function accept(version: string): Accepted {
  const [major, minor = 0, patch = 0] = version.split(/[.+-]/, 3).map(Number);
  if (major === 1) {
    if (minor < OLDEST_MINOR_OF_1) throw refused(version, 'which is not known to tell what a session changed');
    return { version, dialect: 'v1', untested: null };
  }
  if (major === 2) {
    if (minor === 0 && patch < OLDEST_PATCH_OF_2_0) throw refused(version, 'whose API changed with 2.0.8');
    return { version, dialect: 'v2', untested: basisOf2 };
  }
  throw refused(version, 'which is neither 1.x nor 2.x');
}

const refused = (version: string, why: string): TaskError =>
  new TaskError('ServerUnsupported', `The server is OpenCode ${version}, ${why}. Run 1.18, or 2.0.26 or newer.`);
