import type { Dialect } from '../../contract/execution.ts';
import { TaskError } from '../../domain/task/errors.ts';

export interface Accepted {
  version: string;
  dialect: Dialect;
  /** See `RecognisedServer`. */
  untested: string | null;
}

/**
 * The first 1.x that was seen to be right: until 1.3 every diff of a message is empty, 1.4 to 1.13 are not known, and
 * 1.14.41 to 1.15.4 run a session in the server's own directory instead of its own, so that an agent commits to the
 * checkout of others. `npm run test:versions` runs the whole job on this one, on one in between and on the newest.
 */
const OLDEST_OF_1 = { minor: 15, patch: 13 };

/** The newest 1.x that the tests ran. */
const NEWEST_OF_1 = { minor: 18, patch: 34 };

/** The first 2.x with `/api/info`, and with the routes that the adapter asks. */
const OLDEST_PATCH_OF_2_0 = 8;

/** What the adapter for 2.x was written from; none of it was a released server that was run. */
const basisOf2 =
  'OpenCode 2.x is supported from the source of 2.0.26 and captures of 2.0.20; the tests ran no released 2.x server. ' +
  'Try a rule on it before you rely on it.';

/**
 * An unseen 1.x is taken: what the adapter asks has been the same for a year, and a refusal would stop all work at
 * once.
 */
const basisOfNewer1 =
  `This OpenCode is newer than 1.${NEWEST_OF_1.minor}.${NEWEST_OF_1.patch}, the newest 1.x that the tests ran. It is spoken to as ` +
  'that one. Try a rule on it before you rely on it.';

interface VersionNumber {
  minor: number;
  patch: number;
}
const isBefore = (one: VersionNumber, other: VersionNumber): boolean =>
  one.minor < other.minor || (one.minor === other.minor && one.patch < other.patch);

/** The dialect of a version. Throws ServerUnsupported unless it is one whose API and diffs are known to work. */
export function accept(version: string): Accepted {
  const [major, minor = 0, patch = 0] = version.split(/[.+-]/, 3).map(Number);
  if (major === 1) {
    if (isBefore({ minor, patch }, OLDEST_OF_1)) {
      throw refused(version, 'whose sessions may work in another directory than theirs, or tell no changes');
    }
    return { version, dialect: 'v1', untested: isBefore(NEWEST_OF_1, { minor, patch }) ? basisOfNewer1 : null };
  }
  if (major === 2) {
    if (minor === 0 && patch < OLDEST_PATCH_OF_2_0) throw refused(version, 'whose API changed with 2.0.8');
    return { version, dialect: 'v2', untested: basisOf2 };
  }
  throw refused(version, 'which is neither 1.x nor 2.x');
}

const refused = (version: string, why: string): TaskError =>
  new TaskError('ServerUnsupported', `The server is OpenCode ${version}, ${why}. Run 1.18, or 2.0.26 or newer.`);
