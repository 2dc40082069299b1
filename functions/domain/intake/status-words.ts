import { fitsGlob } from '../text/glob.ts';
import { type Mapping, type WordKind, wordKinds } from './mapping-schema.ts';

export type Meaning = WordKind;

/** Words of monitoring that never mean that something begins, for mappings that do not list what does. */
const neverFiring = [
  ...['flapping*', 'downtime*', 'pending', 'maintenance', 'ack*', 'skipped', 'requested', 'queued', 'in_progress'],
  ...['ok', 'up', 'recover*', 'resolved', 'closed', 'normal', 'success', 'paused', 'muted', 'silenced', 'suppressed'],
];

/**
 * What the sender's word means; undefined: nobody has said so. No word at all means what `none` says, by default that
 * the alert is firing. A mapping that lists no `firing` words takes every other word for it, save those that never mean
 * it.
 */
export function meaningOf(status: Mapping['status'], word: string | undefined): Meaning | undefined {
  if (!status) return 'firing';
  if (word === undefined) return status.none ?? 'firing';
  const said = word.trim().toLowerCase();
  const listed = (kind: WordKind) => [status[kind] ?? []].flat();
  const kind =
    wordKinds.find((each) => listed(each).includes(said)) ??
    wordKinds.find((each) => listed(each).some((pattern) => fitsGlob(pattern, said)));
  if (kind !== undefined || status.firing !== undefined) return kind;
  return neverFiring.some((pattern) => fitsGlob(pattern, said)) ? undefined : 'firing';
}
