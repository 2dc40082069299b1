import { type ReasonCode, type ReasonCounts, reasonCodes } from '../../contract/reason-codes.ts';

/** One relay, one day (UTC, by the time of receipt). */
export interface LedgerDay {
  deliveries: number;
  /** Accepted entries; an entry is what a delivery says of one alert. */
  entries: number;
  /** Decisions that are due: one for each entry and rule, and one for an entry of a relay without rules. */
  accepted: number;
  /** Decisions that are made, by their current reason. */
  reasons: ReasonCounts;
  /**
   * Due and not made yet: deliveries under way, or in the dead-letter queue. `accepted` is their sum with all reasons.
   */
  undecided: number;
}

/** What is known of one delivery: what is due, and once all of it is decided, by reason. */
export interface DeliveryAccount {
  /** Of a further part of a delivery. */
  partOf?: string | undefined;
  entries: number;
  decisions: number;
  reasons?: ReasonCounts | undefined;
}

/** What the accounts of many deliveries come to, and what has been moved since. */
export interface LedgerSums {
  deliveries: number;
  entries: number;
  accepted: number;
  reasons: ReasonCounts;
  /** Those from one reason to another may be added up. */
  moves: ReasonCounts[];
}

/** The account of a day from its deliveries, and from the decisions that have become others since. */
export const ledgerDayOf = (deliveries: DeliveryAccount[], moves: ReasonCounts[]): LedgerDay =>
  balanceOf(sumsOf(deliveries, moves));

export const sumsOf = (deliveries: DeliveryAccount[], moves: ReasonCounts[]): LedgerSums => ({
  deliveries: deliveries.filter(({ partOf }) => partOf === undefined).length,
  entries: sum(deliveries.map(({ entries }) => entries)),
  accepted: sum(deliveries.map(({ decisions }) => decisions)),
  reasons: addCounts(...deliveries.map((each) => each.reasons ?? {})),
  moves,
});

/** The account of a day from parts of it. */
export function balanceOf(...parts: LedgerSums[]): LedgerDay {
  const moves = parts.flatMap((part) => part.moves);
  const reasons = afterMoves(addCounts(...parts.map((part) => part.reasons)), moves);
  const accepted = sum(parts.map((part) => part.accepted));
  return {
    deliveries: sum(parts.map(({ deliveries }) => deliveries)),
    entries: sum(parts.map(({ entries }) => entries)),
    accepted,
    reasons,
    undecided: accepted - totalOf(reasons),
  };
}

/** Day of an instant, `2027-03-01`. */
export const dayOf = (at: string): string => new Date(at).toISOString().slice(0, 10);

/** Sum of counts, reason by reason; what comes to nothing is left out. */
export function addCounts(...counts: ReasonCounts[]): ReasonCounts {
  const sums = reasonCodes.map((reason) => [reason, sum(counts.map((each) => each[reason] ?? 0))] as const);
  return Object.fromEntries(sums.filter(([, count]) => count !== 0));
}

/**
 * The counts after moves, each of which takes some from one reason and adds as many to another. Never more than the
 * counts hold: a decision may be followed before the account of its delivery is there, or stand in the account of
 * another day.
 */
export function afterMoves(counts: ReasonCounts, moves: ReasonCounts[]): ReasonCounts {
  const left = moves.flatMap(moveOf);
  const after = { ...counts };
  // One move may give what the next one takes, in whatever order they are listed.
  for (let isChanged = true; isChanged; ) {
    isChanged = false;
    for (const move of left) {
      const amount = Math.min(after[move.from] ?? 0, move.amount);
      if (amount === 0) continue;
      after[move.from] = (after[move.from] ?? 0) - amount;
      after[move.to] = (after[move.to] ?? 0) + amount;
      move.amount -= amount;
      isChanged = true;
    }
  }
  return addCounts(after);
}

/** So many decisions of one reason that became as many of another. */
export interface LedgerMove {
  from: ReasonCode;
  to: ReasonCode;
  amount: number;
}

/** One move, or none where nothing is left of it. */
export function moveOf(counts: ReasonCounts): LedgerMove[] {
  const from = reasonCodes.find((reason) => (counts[reason] ?? 0) < 0);
  const to = reasonCodes.find((reason) => (counts[reason] ?? 0) > 0);
  return from && to ? [{ from, to, amount: counts[to] ?? 0 }] : [];
}

export const totalOf = (counts: ReasonCounts): number => sum(Object.values(counts));

const sum = (numbers: number[]): number => numbers.reduce((total, each) => total + each, 0);
