import { type ReasonCounts, reasonCodes } from '../../functions/contract/reason-codes.ts';

export interface Ledger {
  relayId: string;
  day: string;
  deliveries: number;
  entries: number;
  accepted: number;
  reasons: ReasonCounts;
  undecided: number;
}

const WIDTH = Math.max(...reasonCodes.map(({ length }) => length)) + 2;
const DIGITS = 7;

const row = (name: string, count: number): string => `  ${name.padEnd(WIDTH)}${String(count).padStart(DIGITS)}`;

/** A line for each reason, in the order of the codes. */
export const countsText = (counts: ReasonCounts): string[] =>
  reasonCodes.flatMap((reason) => (counts[reason] === undefined ? [] : row(reason, counts[reason])));

/** The account of a relay's day, with the sum that has to come out. */
export function ledgerText({ relayId, day, deliveries, entries, accepted, reasons, undecided }: Ledger): string[] {
  return [
    `Relay ${relayId}, ${day} (UTC): ${deliveries} deliveries, ${entries} entries`,
    ...countsText(reasons),
    ...(undecided === 0 ? [] : [row('(undecided)', undecided)]),
    row('accepted', accepted),
    ...(undecided === 0 ? [] : ['Undecided: on the way, or in the dead-letter queue of deliveries.']),
  ];
}
