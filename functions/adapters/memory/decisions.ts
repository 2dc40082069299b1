import type { ReasonCode } from '../../contract/reason-codes.ts';
import type { Alert } from '../../domain/alert/alert.ts';
import { type Decision, inOrderOfTime, isHeldAnew, openCount, standingReason } from '../../domain/decision/decision.ts';
import { addCounts } from '../../domain/decision/ledger.ts';
import type { DecisionStore, FirstDecisions, Ledger, NewDecision, RecordedDecision } from '../../ports.ts';
import type { AlertRows, MemoryAlerts } from './alerts.ts';
import { Rows } from './rows.ts';

export interface DecisionRows {
  /** One per alert, rule and reason. */
  decisions: Rows<Decision>;
  /** Keys of an alert's decisions, so that they are not looked for among all others. */
  keysOf: Rows<ReadonlySet<string>>;
  /** By alert and rule: the entries that were counted, with the reason that each was counted under. */
  counted: Rows<ReadonlyMap<string, ReasonCode>>;
}

export const decisionRows = (): DecisionRows => ({ decisions: new Rows(), keysOf: new Rows(), counted: new Rows() });

export const decisionKey = ({ alertId, ruleId, reason }: Pick<NewDecision, 'alertId' | 'ruleId' | 'reason'>): string =>
  `${alertId} ${ruleId} ${reason}`;

/** One decision per alert, rule and reason; each entry of a delivery is counted once per rule. */
export function memoryDecisions(
  rows: DecisionRows & AlertRows,
  alertStore: Pick<MemoryAlerts, 'writeNew'>,
  ledger: Pick<Ledger, 'moved'>,
): DecisionStore {
  const { decisions, keysOf, counted, alerts } = rows;
  const writeFirst = ({ decisions: first, entry }: FirstDecisions): void => {
    for (const decision of first) {
      const { alertId, ruleId, reason } = decision;
      keysOf.own.set(alertId, new Set([...(keysOf.own.get(alertId) ?? []), decisionKey(decision)]));
      decisions.own.set(decisionKey(decision), { ...decision, count: 1, firstAt: decision.lastAt });
      counted.own.set(`${alertId} ${ruleId}`, new Map([[`${decision.lastDeliveryId}#${entry}`, reason]]));
    }
  };
  const add = async (decision: NewDecision, amount: number, reopens: boolean) => {
    const key = decisionKey(decision);
    await keysOf.change(decision.alertId, (keys) => new Set([...(keys ?? []), key]));
    await decisions.change(key, (before) => ({
      ...(reopens && before ? reopened(before) : before),
      ...decision,
      count: (before?.count ?? 0) + amount,
      firstAt: before?.firstAt ?? decision.lastAt,
    }));
  };
  const decisionsOf = (alertId: string): Decision[] =>
    [...(keysOf.own.get(alertId) ?? [])].flatMap((key) => decisions.own.get(key) ?? []);

  const record: DecisionStore['record'] = async (decision, entry) => {
    const { alertId, ruleId } = decision;
    const token = `${decision.lastDeliveryId}#${entry}`;
    const known = decisionsOf(alertId).filter((row) => row.ruleId === ruleId);
    const reopens = isHeldAnew(decision, known);
    const reason = reopens ? decision.reason : standingReason(decision.reason, known);
    const isNew = await counted.change(`${alertId} ${ruleId}`, (before) =>
      before?.has(token) ? undefined : new Map([...(before ?? []), [token, reason]]),
    );
    if (!isNew) return { reason: counted.own.get(`${alertId} ${ruleId}`)?.get(token) ?? reason, counted: false };
    await add({ ...decision, reason }, 1, reopens);
    return { reason, counted: true };
  };

  return {
    async recordedReasons(alertId, deliveryId, entry) {
      const found = decisionsOf(alertId).flatMap(({ ruleId }) => {
        const reason = counted.own.get(`${alertId} ${ruleId}`)?.get(`${deliveryId}#${entry}`);
        return reason === undefined ? [] : [[ruleId, reason] as const];
      });
      return new Map(found);
    },
    async recordRepeats(decision, entries) {
      const recorded: RecordedDecision[] = [];
      for (const { deliveryId, entry } of entries)
        recorded.push(await record({ ...decision, lastDeliveryId: deliveryId }, entry));
      return recorded;
    },
    async recordFirst(first) {
      const { alert, isStored, routedAt } = first;
      const routed = (stored: Alert) =>
        alerts.own.set(alert.id, { ...stored, ...(routedAt !== undefined && { routedAt }) });
      if (!isStored) {
        return alertStore.writeNew(alert, () => {
          routed(alert);
          writeFirst(first);
        });
      }
      const stored = alerts.own.get(alert.id);
      const isDecided = first.decisions.some((decision) => decisions.own.has(decisionKey(decision)));
      if (!stored || isDecided || (routedAt !== undefined && stored.routedAt !== undefined)) return false;
      routed(stored);
      writeFirst(first);
      return true;
    },
    record,
    async move({ from, countedAs = from, day, ...decision }) {
      const { alertId, ruleId, relayId, reason } = decision;
      const before = decisions.own.get(decisionKey({ alertId, ruleId, reason: from }));
      if (!before || before.followedBy !== undefined) return false;
      const { moved = 0, count } = before;
      const amount = openCount(before);
      const generation = moved === 0 ? from : `${from}#${moved}`;
      const tellLedger = async (name: string): Promise<void> => {
        const reasons = addCounts({ [countedAs]: -amount, [reason]: amount });
        if (countedAs !== reason) await ledger.moved({ relayId, day, id: `${alertId}#${ruleId}#${name}`, reasons });
      };
      if (reason === from) {
        await tellLedger(`${generation}#${decision.stormId ?? decision.jobId ?? 'anew'}`);
        return decisions.change(decisionKey(before), (row) => row && { ...row, ...decision });
      }
      await add({ ...decision, lastDeliveryId: before.lastDeliveryId }, amount, true);
      await tellLedger(generation);
      return decisions.change(decisionKey(before), (row) => row && { ...row, followedBy: reason, moved: count });
    },
    listByAlert: async (alertId) => decisionsOf(alertId).sort(inOrderOfTime),
  };
}

/** The same, standing again. */
function reopened({ followedBy: _, ...decision }: Decision): Decision {
  return decision;
}
