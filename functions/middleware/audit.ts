import { AsyncLocalStorage } from 'node:async_hooks';
import type { ApiAnswer } from '../contract/api.ts';
import type { AuditTarget, AuditTrail } from '../ports.ts';
import { logger } from './log.ts';

interface AuditEntry {
  operation: string | undefined;
  targets: AuditTarget[];
}

/** The request that the running code works for. */
const current = new AsyncLocalStorage<AuditEntry>();

/** Notes changes in the entry of the request that makes them. Outside of a request there is nothing to note in. */
export const auditTrail: AuditTrail = {
  started(operation) {
    const entry = current.getStore();
    if (entry) entry.operation = operation;
  },
  changed(target) {
    const entry = current.getStore();
    const known = entry?.targets.find(({ kind, id }) => kind === target.kind && id === target.id);
    // Several writes of a request to one thing are one change of it.
    if (known) known.after = target.after;
    else entry?.targets.push({ ...target });
  },
};

/** Runs a request and writes its line of the audit log: one for each that asks for a change, whatever came of it. */
export const withAudit = (caller: string, run: () => Promise<ApiAnswer>): Promise<ApiAnswer> => {
  const entry: AuditEntry = { operation: undefined, targets: [] };
  return current.run(entry, async () => {
    try {
      const answer = await run();
      write(entry, caller, outcomeOf(answer, entry));
      return answer;
    } catch (error) {
      write(entry, caller, 'failed');
      throw error;
    }
  });
};

/** Ids and digests only: the digest tells whether two states are the same, and nothing of what stands in them. */
function write({ operation, targets }: AuditEntry, who: string, outcome: string): void {
  if (operation !== undefined) logger.info('Audit', { audit: true, who, what: operation, outcome, targets });
}

function outcomeOf({ status }: ApiAnswer, { targets }: AuditEntry): 'done' | 'unchanged' | 'refused' {
  if (status >= 300) return 'refused';
  return targets.length > 0 ? 'done' : 'unchanged';
}
