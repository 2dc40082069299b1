import { type StormCheck, type StormTaskInput, stormLimits } from '../../contract/storm.ts';
import type { Storm } from '../../domain/storm/storm.ts';
import { endHoldOf, nextStep } from '../../domain/storm/storm-course.ts';
import type { StormMembers, StormStore } from '../../ports.ts';
import type { DecideDeferredDeps } from '../decide-deferred.ts';
import { swapWindow } from '../swap-window.ts';
import { releaseOne } from './release-one.ts';
import { later, soonest } from './times.ts';

export interface ReleaseDeps extends DecideDeferredDeps {
  storms: Pick<StormStore, 'get' | 'change' | 'listHeld'> & DecideDeferredDeps['storms'];
  members: StormMembers;
}

export type CheckStormInput = StormTaskInput<'checkStorm'>;
export type Visit = Pick<StormCheck, 'next' | 'activity'> & Partial<StormCheck>;

/**
 * Releases the first alert that is held. Where none is left, the hold ends, and one more look finds what came between.
 */
export async function releaseHeld(
  deps: ReleaseDeps,
  input: CheckStormInput,
  storm: Storm,
  held: { alertId: string }[],
): Promise<Visit> {
  const nowMs = Date.parse(input.at);
  const ids = held.map(({ alertId }) => alertId);
  const members = await deps.members.list(storm.ruleId, ids);
  const open = members.filter(({ heldCount = 0 }) => heldCount > 0);
  const [first] = open;
  if (first) return releaseFirst(deps, input, first.id, open.length);

  const idleSince = input.idleSince ?? input.at;
  // Held by a router that has not recorded its decision, or not even stored the alert, until now.
  const isUndecided = members.length < held.length || members.some(({ heldCount }) => heldCount === 0);
  if (isUndecided && nowMs < Date.parse(idleSince) + stormLimits.routerSeconds * 1_000) {
    const waitUntil = later(nowMs, stormLimits.lookSeconds);
    return { next: 'wait', activity: 'waiting for route-alert', held: 0, idleSince, waitUntil };
  }
  if (storm.phase === 'released') return { next: 'over', activity: 'released', held: 0 };
  return endHold(deps, input, storm);
}

async function releaseFirst(deps: ReleaseDeps, input: CheckStormInput, alertId: string, open: number): Promise<Visit> {
  const nowMs = Date.parse(input.at);
  const went = await releaseOne(deps, input, alertId, nowMs);
  switch (went.kind) {
    case 'gone':
      return { next: 'wait', activity: `let ${alertId} go: ${went.reason}`, held: open - 1 };
    case 'no_place':
      return {
        next: 'wait',
        activity: 'waiting for a free start',
        held: open,
        waitUntil: soonest(nowMs, went.freeAtMs),
      };
    case 'paused':
      return { next: 'wait', activity: 'paused', held: open, waitUntil: later(nowMs, stormLimits.pausedSeconds) };
    case 'storm':
      return { next: 'wait', activity: 'a storm has begun', held: open };
  }
}

/**
 * The window first, then the storm's row: a router that held an alert in the old window, and sees the row as released
 * after that, decides anew; one that saw it before has written the alert down, and the next look finds it.
 */
async function endHold(deps: ReleaseDeps, { at }: CheckStormInput, storm: Storm): Promise<Visit> {
  const nowMs = Date.parse(at);
  const isStorm = { next: 'wait', activity: 'a storm has begun', held: 0 } as const;
  let began = false;
  await swapWindow(deps, storm.ruleId, (window) => {
    const { kind } = nextStep(window, storm.id, nowMs);
    began = kind !== 'holding' && kind !== 'ended';
    return began ? undefined : endHoldOf(window, storm.id);
  });
  if (began) return isStorm;
  await deps.storms.change(storm.id, { phase: 'released', endedAt: at }, ['holding']);
  return { next: 'wait', activity: 'looking once more', held: 0 };
}
