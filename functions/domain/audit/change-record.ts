import type { ChangeRecord } from '../../contract/audit-records.ts';

interface ToldChange extends Pick<ChangeRecord, 'requestId' | 'at' | 'who' | 'what'> {
  outcome?: ChangeRecord['outcome'] | undefined;
  targets?: ChangeRecord['targets'] | undefined;
}

/** The audit record of a change; without an outcome nobody knows what it came to. */
export const changeRecordOf = ({
  requestId,
  at,
  who,
  what,
  outcome = 'interrupted',
  targets = [],
}: ToldChange): ChangeRecord => ({
  ...{ version: 1, kind: 'change', requestId, at, who, what, outcome },
  targets: targets.map(({ kind, id, before, after }) => ({ kind, id, before, after })),
});
