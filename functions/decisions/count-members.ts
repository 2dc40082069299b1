import type { ReasonCode } from '../contract/reason-codes.ts';
import { dayOf } from '../domain/decision/ledger.ts';
import type { StormMember } from '../domain/storm/storm.ts';
import { forEachConcurrently } from '../domain/task/concurrency.ts';
import type { DecisionStore, Ledger, StormMembers, StormStore } from '../ports.ts';

export interface MembersDeps {
  storms: Pick<StormStore, 'listHeld'>;
  members: StormMembers;
}

/** The alerts of a storm: what it held, without those that it released one by one before. */
export async function readMembers({ storms, members }: MembersDeps, stormId: string, ruleId: string) {
  const held = await storms.listHeld(stormId);
  const all = await members.list(
    ruleId,
    held.map(({ alertId }) => alertId),
  );
  return all.filter(({ heldCount }) => heldCount !== undefined);
}

/**
 * Takes the decisions of a storm's alerts over to what the storm came to: one row of the ledger per day, however many
 * there are. The decisions themselves stay as they are, and name their storm. Counted again later, the row is replaced.
 */
export async function countMembers(
  { ledger }: { ledger: Pick<Ledger, 'moved'> },
  { id, relayId }: { id: string; relayId: string },
  members: StormMember[],
  reason: ReasonCode,
): Promise<void> {
  for (const [day, ofDay] of Map.groupBy(members, ({ createdAt }) => dayOf(createdAt))) {
    const count = ofDay.reduce((sum, { heldCount = 0 }) => sum + heldCount, 0);
    if (count > 0) await ledger.moved({ relayId, day, id, reasons: { storm_held: -count, [reason]: count } });
  }
}

/** Alerts at once: 10,000 of four calls each, of some 5 ms, are 7 s. */
const AT_ONCE = 32;

/** Records the alerts of a storm as paused one by one, so that each can be replayed. Idempotent. */
export async function pauseMembers(
  { decisions }: { decisions: Pick<DecisionStore, 'move'> },
  { relayId, ruleId }: { relayId: string; ruleId: string },
  members: StormMember[],
  { sentence, at }: { sentence: string; at: string },
): Promise<void> {
  await forEachConcurrently(members, AT_ONCE, ({ id: alertId, createdAt }) => {
    const move = { alertId, ruleId, relayId, day: dayOf(createdAt), from: 'storm_held', reason: 'paused' } as const;
    return decisions.move({ ...move, sentence, lastAt: at });
  });
}
