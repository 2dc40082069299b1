import type { AuditRecord, ChangeRecord, SessionRecord } from '../../../functions/contract/audit-records.ts';

/** One line of a record, for a person who reads many. */
export const recordText = (record: AuditRecord): string =>
  record.kind === 'session' ? sessionText(record) : changeText(record);

export const timeOf = (record: AuditRecord): string => (record.kind === 'session' ? record.times.finished : record.at);

function sessionText({ jobId, alert, rule, why, startedBy, outcome, costUsd, result, times }: SessionRecord): string {
  const by = startedBy.user ?? startedBy.webhookId;
  const cost = costUsd === null ? '' : ` $${costUsd.toFixed(4)}`;
  const patch = result?.patch ? ` s3://${result.bucket}/${result.patch}` : '';
  return `${times.finished}  session  ${jobId}  ${outcome}${cost}  alert ${alert.id}, ${why.reason} by ${by}, rule ${rule.id} version ${rule.version}${patch}`;
}

function changeText({ at, who, what, outcome, targets }: ChangeRecord): string {
  const changed = targets.map(({ kind, id, before, after }) => `${kind} ${id} ${short(before)} → ${short(after)}`);
  return `${at}  change  ${who} ${what}: ${outcome}${changed.length > 0 ? `  ${changed.join(', ')}` : ''}`;
}

const short = (digest: string | null): string => digest?.slice(0, 12) ?? '-';
