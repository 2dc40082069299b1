import type { ReasonCounts } from '../../contract/reason-codes.ts';
import { reasonCodes } from '../../contract/reason-codes.ts';

/** One relay, one day (UTC, by the time of receipt). */
export interface LedgerDay {
  deliveries: number;
  /** Accepted entries; an entry is what a delivery says of one alert. */
  entries: number;
  /** Decisions that are due: one for each entry and rule, and one for an entry of a relay without rules. */
  accepted: number;
  /** Decisions that are made, by reason as it stands now. */
  reasons: ReasonCounts;
  /** Due and not made yet: deliveries under way, or in the dead-letter queue. `accepted` is their sum with all reasons. */
  undecided: number;
}

/** What is known of one delivery: what is due, and once all of it is decided, by reason. */
export interface DeliveryAccount {
  entries: number;
  decisions: number;
  reasons?: ReasonCounts | undefined;
}

/** The account of a day from its deliveries, and from the decisions that have become others since. */
export function ledgerDayOf(deliveries: DeliveryAccount[], moves: ReasonCounts[]): LedgerDay {
  const reasons = addCounts(...deliveries.map((each) => each.reasons ?? {}), ...moves);
  const accepted = sum(deliveries.map(({ decisions }) => decisions));
  return {
    deliveries: deliveries.length,
    entries: sum(deliveries.map(({ entries }) => entries)),
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

export const totalOf = (counts: ReasonCounts): number => sum(Object.values(counts));

const sum = (numbers: number[]): number => numbers.reduce((total, each) => total + each, 0);
