import type { ReasonCode } from '../../contract/reason-codes.ts';
import type { StormTaskInput } from '../../contract/storm.ts';
import { giveBack, nextStep, release } from '../../domain/storm/storm-course.ts';
import type { StormSettings } from '../../domain/storm/storm-window.ts';
import { type DecideDeferredDeps, decideDeferred } from '../decide-deferred.ts';
import { swapWindow } from '../swap-window.ts';

/**
 * `no_place`: so many sessions have started in the window that the next one has to wait. `storm`: the threshold is
 * reached.
 */
type ReleasedOne =
  | { kind: 'gone'; reason: ReasonCode }
  | { kind: 'no_place'; freeAtMs: number }
  | { kind: 'paused' }
  | { kind: 'storm' };

/** Takes a start of the window for a held alert and decides on it. A start that it does not need is given back. */
export async function releaseOne(
  deps: DecideDeferredDeps,
  { storm: { stormId, rule, settings } }: StormTaskInput<'checkStorm'>,
  alertId: string,
  nowMs: number,
): Promise<ReleasedOne> {
  const places = settingsOf(settings);
  let refused: ReleasedOne = { kind: 'storm' };
  const taken = await swapWindow(deps, rule.id, (window) => {
    refused = { kind: 'storm' };
    const { kind } = nextStep(window, stormId, nowMs);
    if (kind !== 'holding' && kind !== 'ended') return undefined;
    const released = release(window, alertId, places, nowMs);
    if (released.ok) return released.window;
    refused = { kind: 'no_place', freeAtMs: released.freeAtMs };
    return undefined;
  });
  if (!taken) return refused;
  const later = await decideDeferred(deps, { alertId, ruleId: rule.id, from: 'storm_held', startsExecution: true });
  if (later.kind === 'started') return { kind: 'gone', reason: 'storm_released' };
  await swapWindow(deps, rule.id, (window) => giveBack(window, alertId));
  if (later.kind === 'called') return { kind: 'gone', reason: 'webhook_called' };
  // Still held: starts are paused.
  return later.reason === 'storm_held' ? { kind: 'paused' } : { kind: 'gone', reason: later.reason };
}

const settingsOf = ({
  threshold,
  windowSeconds,
  maxImmediate,
}: StormTaskInput<'checkStorm'>['storm']['settings']): StormSettings => ({
  threshold,
  windowMs: windowSeconds * 1_000,
  maxImmediate,
  criticalBypasses: false,
});
