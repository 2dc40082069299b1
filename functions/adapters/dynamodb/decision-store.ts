import type { ReasonCode } from '../../contract/reason-codes.ts';
import {
  type Decision,
  decisionSchema,
  inOrderOfTime,
  isHeldAnew,
  standingReason,
} from '../../domain/decision/decision.ts';
import { partsOf } from '../../domain/task/parts.ts';
import type { DecisionStore, NewDecision, RecordedDecision } from '../../ports.ts';
import { type Count, count, listOf, memoryOf, tokenOf } from './decision-count.ts';
import { moveDecision } from './decision-move.ts';
import { firstDecisions } from './first-decisions.ts';
import { keys } from './keys.ts';
import { queryPartition } from './query.ts';
import type { Table } from './table.ts';

/** A quarter of what a row remembers. */
const REPEATS_TOGETHER = 25;

/** The decisions: one row per alert, rule and reason, with a count and the entries that it counted last. */
export function createDecisionStore(table: Table): DecisionStore {
  const rowsOf = async (alertId: string, prefix: string): Promise<DecisionRow[]> => {
    const rows = await queryPartition(table, keys.alertPartition(alertId), prefix);
    return rows.map((row) => ({ decision: parse(row), counted: memoryOf(row) }));
  };

  const record: DecisionStore['record'] = async (decision, entry) => {
    const token = tokenOf(decision.lastDeliveryId, entry);
    // Every reason: what a first attempt decided is kept, also where a later one would see it otherwise.
    const rows = await rowsOf(decision.alertId, keys.decisionsOfRule(decision.ruleId));
    const before = countedBefore(rows, token);
    if (before) return before;
    const { reason, reopens } = standing(decision, rows);
    return { reason, counted: await count(table, { ...counting({ ...decision, reason }, [token]), reopens }) };
  };

  /** In one write, unless one of them is counted already. */
  const recordTogether: DecisionStore['recordRepeats'] = async (decision, entries) => {
    const tokens = entries.map(({ deliveryId, entry }) => tokenOf(deliveryId, entry));
    const rows = await rowsOf(decision.alertId, keys.decisionsOfRule(decision.ruleId));
    const before = tokens.map((token) => countedBefore(rows, token));
    const isNew = before.every((each) => each === undefined);
    const { reason, reopens } = standing(decision, rows);
    if (isNew && (await count(table, { ...counting({ ...decision, reason }, tokens), reopens }))) {
      return entries.map(() => ({ reason, counted: true }));
    }
    const recorded: RecordedDecision[] = [];
    for (const [index, { deliveryId, entry }] of entries.entries()) {
      recorded.push(before[index] ?? (await record({ ...decision, lastDeliveryId: deliveryId }, entry)));
    }
    return recorded;
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

    record,

    async recordRepeats(decision, entries) {
      const recorded: RecordedDecision[] = [];
      for (const part of partsOf(entries, REPEATS_TOGETHER)) recorded.push(...(await recordTogether(decision, part)));
      return recorded;
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

/** What an attempt before has recorded for the entry, which counts no more. */
function countedBefore(rows: DecisionRow[], token: string): RecordedDecision | undefined {
  const row = rows.find(({ counted }) => counted.includes(token));
  return row && { reason: row.decision.reason, counted: false };
}

/** One that has been followed counts no more: what followed it does. */
function standing(decision: NewDecision, rows: DecisionRow[]): { reason: ReasonCode; reopens: boolean } {
  const known = rows.map((row) => row.decision);
  const reopens = isHeldAnew(decision, known);
  return { reason: reopens ? decision.reason : standingReason(decision.reason, known), reopens };
}

const counting = (decision: Count['decision'], tokens: string[]): Count => ({
  decision,
  tokens,
  amount: tokens.length,
  list: listOf(decision.reason),
});

function parse({ pk, sk, counted, listPk, listSk, expiresAt, ...decision }: Record<string, unknown>): Decision {
  return decisionSchema.parse(decision);
}
