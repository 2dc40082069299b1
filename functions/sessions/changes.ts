import type { PasswordFilter } from '../domain/secrets/password-filter.ts';
import { type Flag, flagOf } from '../domain/session/flags.ts';
import { filePatch, isHalfTold } from '../domain/session/patch.ts';
import { pathProblem } from '../domain/session/patch-paths.ts';
import type { FileDiff } from '../domain/session/session.ts';
import { hasLostBytes, isWellFormed } from '../domain/session/well-formed.ts';
import { type Texts, textsOf } from '../domain/text/texts.ts';
import type { PatchAudit } from '../ports.ts';
import type { Screen, SecretFound } from './screen.ts';
import { isWithheld } from './withheld.ts';

/**
 * How a patch is known to apply to its base commit: `applied`: the server's git did it, and in a worktree of the
 * session's own it makes the agent's tree. `parsed`: the server could not be asked; it is a patch by its form alone.
 */
type PatchCheck = 'applied' | 'parsed';

/** The changes of a session, sorted into what the patch holds and what it cannot or must not hold. */
export interface Changes {
  /** File by file. Null where nothing is left to apply. */
  patch: Texts | null;
  /** Null where there is no patch. */
  check: PatchCheck | null;
  files: Pick<FileDiff, 'path' | 'status' | 'additions' | 'deletions'>[];
  additions: number;
  deletions: number;
  /** Left out: the content is likely a secret. */
  withheld: string[];
  /** Files in which secrets were found, and of which kinds; those that are withheld are among `withheld` too. */
  secrets: SecretFound[];
  /** Left out: `git apply` refuses the path, or would write elsewhere. */
  refused: { path: string; why: string }[];
  /** In the patch, and not to be taken by an automatic step without a look. */
  flags: Flag[];
  /** Left out: the server gives no content that fits, as for binary files. */
  skipped: string[];
  /** Files that the agent's tools wrote, and git ignores. */
  ignored: string[];
}

/** Has patches, one text for each path, applied by the server; null where it could not be asked. */
export type Audit = (patches: Texts) => Promise<PatchAudit | null>;

/** What does not fit is left out, and the rest audited again, since files may lean on each other. */
const AUDITS = 3;

/**
 * Sorts changes, and keeps of them what is known to apply. In a tree of the session's own all that differs is the
 * session's; in a shared one somebody else may have gone on with a file.
 */
export async function sortChanges(diffs: FileDiff[], { audit, own, screen }: SortOptions): Promise<Changes> {
  const sifted = sift(diffs, screen);
  const drafts = sifted.open.filter((diff) => isWellFormed(patchOf(diff)));
  const audited = await auditDrafts(drafts, { audit, own });
  return {
    ...sumOf(audited.drafts),
    check: audited.drafts.length === 0 ? null : audited.check,
    ...leftOut(diffs, audited.drafts, { ...sifted, differing: audited.differing, filter: screen.filter }),
    secrets: sifted.secrets.map((found) => ({ ...found, path: screen.filter.without(found.path) })),
    refused: sifted.refused.map(({ path, why }) => ({ path: screen.filter.without(path), why })),
    flags: audited.drafts.flatMap((diff) => flagOf(diff) ?? []),
    ignored: [...audited.ignored].map(screen.filter.without),
  };
}

interface SortOptions {
  audit: Audit;
  own: boolean;
  screen: Screen;
}

interface Sifted {
  /** May be in the patch. */
  open: FileDiff[];
  secrets: SecretFound[];
  refused: Changes['refused'];
}

/** Made anew each time: all of them at once would take as much memory again as what they are made of. */
const patchOf = (diff: FileDiff): string => filePatch(diff) ?? '';

/** What must not be in a patch, before anybody asks whether it could be. */
function sift(diffs: FileDiff[], screen: Screen): Sifted {
  const sifted: Sifted = { open: [], secrets: [], refused: [] };
  for (const diff of diffs) {
    const found = screen.look(diff);
    if (found) sifted.secrets.push(found);
    const why = pathProblem(diff.path);
    if (why !== undefined) sifted.refused.push({ path: diff.path, why });
    else if (!found?.withheld && !isWithheld(diff.path)) sifted.open.push(diff);
  }
  return sifted;
}

/** Takes out what does not fit until the rest is known to; none is kept that never was. */
async function auditDrafts(drafts: FileDiff[], { audit, own }: { audit: Audit; own: boolean }) {
  const differing = new Set<string>();
  const ignored = new Set<string>();
  let rest = drafts;
  for (let round = 1; round <= AUDITS; round++) {
    const found = await audit(textsOf(rest, patchOf));
    const fitting = rest.filter((draft, index) => isFitting(draft, index, found, own));
    if (own) for (const path of found?.differing ?? []) differing.add(path);
    for (const path of found?.ignored ?? []) ignored.add(path);
    if (!found) return { drafts: fitting, check: 'parsed' as const, differing, ignored };
    if (fitting.length === rest.length) return { drafts: rest, check: 'applied' as const, differing, ignored };
    rest = fitting;
  }
  return { drafts: [], check: null, differing, ignored };
}

/** Of bytes that are no UTF-8, and of a half that is missing, only the server can tell whether they are the file's. */
function isFitting(diff: FileDiff, index: number, found: PatchAudit | null, own: boolean): boolean {
  const isSuspect = hasLostBytes(patchOf(diff)) || hasLostBytes(diff.path) || isHalfTold(diff);
  if (!found) return !isSuspect;
  if (found.unfit.includes(index)) return false;
  return !(own || isSuspect) || !found.differing.includes(diff.path);
}

function sumOf(drafts: FileDiff[]): Pick<Changes, 'patch' | 'files' | 'additions' | 'deletions'> {
  const files = drafts.map(({ path, status, additions, deletions }) => ({ path, status, additions, deletions }));
  return {
    patch: drafts.length === 0 ? null : textsOf(drafts, patchOf),
    files,
    additions: files.reduce((sum, { additions }) => sum + additions, 0),
    deletions: files.reduce((sum, { deletions }) => sum + deletions, 0),
  };
}

/** Everything that was told as changed, or found to differ, and is not in the patch. */
function leftOut(
  diffs: FileDiff[],
  drafts: FileDiff[],
  { differing, secrets, refused, filter }: { differing: Set<string>; filter: PasswordFilter } & Omit<Sifted, 'open'>,
): Pick<Changes, 'withheld' | 'skipped'> {
  const elsewhere = new Set([...drafts.map(({ path }) => path), ...refused.map(({ path }) => path)]);
  const secret = new Set(secrets.flatMap(({ path, withheld }) => (withheld ? [path] : [])));
  const paths = [...new Set([...diffs.map(({ path }) => path), ...differing])].filter((path) => !elsewhere.has(path));
  const mustStay = (path: string) => secret.has(path) || isWithheld(path);
  return {
    withheld: paths.filter(mustStay).map(filter.without),
    skipped: paths.filter((path) => !mustStay(path)).map(filter.without),
  };
}
