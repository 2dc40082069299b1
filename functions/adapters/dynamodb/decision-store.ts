import {
  type Decision,
  decisionSchema,
  inOrderOfTime,
  isHeldAnew,
  standingReason,
} from '../../domain/decision/decision.ts';
import type { DecisionStore } from '../../ports.ts';
import { type Count, count, listOf, memoryOf, tokenOf } from './decision-count.ts';
import { moveDecision } from './decision-move.ts';
import { firstDecisions } from './first-decisions.ts';
import { keys } from './keys.ts';
import { queryPartition } from './query.ts';
import type { Table } from './table.ts';

/** The decisions: one row per alert, rule and reason, with a count and the entries that it counted last. */
export function createDecisionStore(table: Table): DecisionStore {
  const rowsOf = async (alertId: string, prefix: string): Promise<DecisionRow[]> => {
    const rows = await queryPartition(table, keys.alertPartition(alertId), prefix);
    return rows.map((row) => ({ decision: parse(row), counted: memoryOf(row) }));
  };

  return {
    async recordedReasons(alertId, deliveryId, entry) {
      const token = tokenOf(deliveryId, entry);
      const rows = await rowsOf(alertId, keys.decisionPrefix);
      return new Map(
        rows.flatMap((row) => (row.counted.includes(token) ? [[row.decision.ruleId, row.decision.reason]] : [])),
      );
    },

    recordFirst: firstDecisions(table),

    async record(decision, entry) {
      const token = tokenOf(decision.lastDeliveryId, entry);
      // Every reason: what a first attempt decided is kept, also where a later one would see it otherwise.
      const rows = await rowsOf(decision.alertId, keys.decisionsOfRule(decision.ruleId));
      const before = rows.find(({ counted }) => counted.includes(token));
      if (before) return { reason: before.decision.reason, counted: false };
      const known = rows.map((row) => row.decision);
      const reopens = isHeldAnew(decision, known);
      // One that has been followed counts no more: what followed it does.
      const reason = reopens ? decision.reason : standingReason(decision.reason, known);
      return { reason, counted: await count(table, { ...counting({ ...decision, reason }, token), reopens }) };
    },

    move: (move) => moveDecision(table, move),

    async listByAlert(alertId) {
      const rows = await rowsOf(alertId, keys.decisionPrefix);
      return rows.map(({ decision }) => decision).sort(inOrderOfTime);
    },
  };
}

interface DecisionRow {
  decision: Decision;
  counted: string[];
}

const counting = (decision: Count['decision'], token: string): Count => ({
  decision,
  token,
  amount: 1,
  list: listOf(decision.reason),
});

function parse({ pk, sk, counted, listPk, listSk, ...decision }: Record<string, unknown>): Decision {
  return decisionSchema.parse(decision);
}
