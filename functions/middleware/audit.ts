import { AsyncLocalStorage } from 'node:async_hooks';
import type { ApiAnswer } from '../contract/api.ts';
import { changeRecordOf } from '../domain/audit/change-record.ts';
import type { AuditRecords, AuditTarget, AuditTrail, BegunChange, BegunChanges } from '../ports.ts';
import { describe } from './errors.ts';
import { logger } from './log.ts';

/** Where changes are recorded for longer than logs are kept. */
export interface ChangeLedger {
  changes: Pick<BegunChanges, 'begin' | 'keep' | 'end'>;
  records: AuditRecords;
  clock: { now(): Date };
}

interface AuditEntry {
  who: string;
  requestId: string;
  /** Absent until the request is known to ask for a change. */
  change: BegunChange | undefined;
  targets: AuditTarget[];
  ledger: ChangeLedger | undefined;
}

/** The request that the running code works for. */
const current = new AsyncLocalStorage<AuditEntry>();

/** Notes changes in the entry of the request that makes them. Outside of a request there is nothing to note in. */
export const auditTrail: AuditTrail = {
  async started(what) {
    const entry = current.getStore();
    if (!entry) return;
    const { requestId, who, ledger } = entry;
    const change = { requestId, at: (ledger?.clock.now() ?? new Date()).toISOString(), who, what };
    entry.change = change;
    // Before anything is changed: what cannot be noted is not done.
    await ledger?.changes.begin(change);
  },
  changed(target) {
    const entry = current.getStore();
    const known = entry?.targets.find(({ kind, id }) => kind === target.kind && id === target.id);
    // Several writes of a request to one thing are one change of it.
    if (known) known.after = target.after;
    else entry?.targets.push({ ...target });
  },
};

/**
 * Runs a request and writes its line of the audit log: one for each that asks for a change, whatever came of it. What
 * has changed something, or may have, is recorded in the ledger too.
 */
export const withAudit = (
  { who, requestId }: Pick<AuditEntry, 'who' | 'requestId'>,
  run: () => Promise<ApiAnswer>,
  ledger?: ChangeLedger,
): Promise<ApiAnswer> => {
  const entry: AuditEntry = { who, requestId, change: undefined, targets: [], ledger };
  return current.run(entry, async () => {
    try {
      const answer = await run();
      await write(entry, outcomeOf(answer, entry));
      return answer;
    } catch (error) {
      await write(entry, 'failed');
      throw error;
    }
  });
};

type AuditOutcome = 'done' | 'unchanged' | 'refused' | 'failed';

/** Ids and digests only: the digest tells whether two states are the same, and nothing of what stands in them. */
async function write({ change, targets, ledger }: AuditEntry, outcome: AuditOutcome): Promise<void> {
  if (!change) return;
  logger.info('Audit', { audit: true, who: change.who, what: change.what, outcome, targets });
  try {
    if (ledger) await record(ledger, { change, targets }, outcome);
  } catch (error) {
    // It stands in the list of open changes, from which the sweep takes it up.
    logger.warn('Audit record not written', { error: describe(error) });
  }
}

async function record(
  { changes, records }: ChangeLedger,
  { change, targets }: { change: BegunChange; targets: AuditTarget[] },
  outcome: AuditOutcome,
): Promise<void> {
  if (targets.length === 0 && outcome !== 'failed') return changes.end(change);
  // A refusal may come after a part was changed.
  const told = { ...change, outcome: outcome === 'done' ? outcome : ('failed' as const), targets };
  try {
    await records.write(changeRecordOf(told));
  } catch (error) {
    await changes.keep(told);
    throw error;
  }
  await changes.end(change);
}

function outcomeOf({ status }: ApiAnswer, { targets }: AuditEntry): AuditOutcome {
  if (status >= 300) return 'refused';
  return targets.length > 0 ? 'done' : 'unchanged';
}
