import { type StormCheck, stormLimits } from '../../contract/storm.ts';
import type { Storm } from '../../domain/storm/storm.ts';
import { nextStep, type StormStep } from '../../domain/storm/storm-course.ts';
import { type CheckStormInput, type ReleaseDeps, releaseHeld, type Visit } from './release-held.ts';
import { later, soonest } from './times.ts';

/**
 * One look at what a rule holds. Before the window is over it waits; below the threshold it releases one alert per
 * visit, in order; a storm it waits for to calm down. Idempotent.
 */
export async function checkStorm(deps: ReleaseDeps, input: CheckStormInput): Promise<StormCheck> {
  const { stormId } = input.storm;
  const storm = await deps.storms.get(stormId);
  if (!storm) throw new Error(`Storm ${stormId} is unknown`);
  const { window } = await deps.windows.read(storm.ruleId);
  const step = nextStep(window, storm.id, Date.parse(input.at));
  const held = await deps.storms.listHeld(stormId, isBelowThreshold(storm, step) ? 'few' : 'all');
  const visit = await visitOf(deps, input, storm, { held, step });
  const isLate = isLateFor(storm, Date.parse(input.at));
  return { waitUntil: input.at, idleSince: null, held: held.length, isLate, ...visit };
}

/** Nothing is held then where a storm's alerts are: a hold that ends below the threshold never was a storm. */
const isBelowThreshold = ({ phase }: Storm, { kind }: StormStep): boolean =>
  kind === 'holding' || (kind === 'ended' && (phase === 'holding' || phase === 'released'));

async function visitOf(
  deps: ReleaseDeps,
  input: CheckStormInput,
  storm: Storm,
  { held, step }: { held: { alertId: string }[]; step: StormStep },
): Promise<Visit> {
  const { phase } = storm;
  // An earlier triage was interrupted: its decision is kept.
  if (phase === 'dispatched' || phase === 'not_dispatched') return { next: 'triage', activity: phase };
  const nowMs = Date.parse(input.at);
  const isLate = isLateFor(storm, nowMs);
  switch (step.kind) {
    case 'collecting':
      await collecting(deps, storm, step.detectedMs);
      return { next: 'wait', activity: 'collecting', waitUntil: new Date(step.untilMs).toISOString() };
    case 'due':
      await collecting(deps, storm, step.detectedMs);
      return (await isPaused(deps)) && !isLate
        ? { next: 'wait', activity: 'paused', waitUntil: later(nowMs, stormLimits.pausedSeconds) }
        : due('calm, or collected for long enough');
    case 'dispatched':
      return due('dispatched');
    case 'holding':
      return holding(deps, input, storm, held, isLate);
    case 'ended':
      // The hold of the window ends before the storm's row says so; in between a visit may have broken off.
      return phase === 'holding' || phase === 'released' ? releaseHeld(deps, input, storm, held) : due('left behind');
  }
}

const isLateFor = ({ createdAt }: Storm, nowMs: number): boolean =>
  nowMs >= Date.parse(createdAt) + stormLimits.holdSeconds * 1_000;

const due = (activity: string): Visit => ({ next: 'triage', activity });

async function holding(
  deps: ReleaseDeps,
  input: CheckStormInput,
  storm: Storm,
  held: { alertId: string }[],
  isLate: boolean,
): Promise<Visit> {
  if (isLate) return due('held for too long');
  const nowMs = Date.parse(input.at);
  const checkAtMs = Date.parse(input.storm.checkAt);
  if (nowMs >= checkAtMs) return releaseHeld(deps, input, storm, held);
  return { next: 'wait', activity: 'holding', waitUntil: soonest(nowMs, checkAtMs) };
}

const isPaused = async ({ switch: pauseSwitch }: ReleaseDeps): Promise<boolean> =>
  (await pauseSwitch.read())?.paused ?? false;

async function collecting({ storms }: ReleaseDeps, { id, phase }: Storm, detectedMs: number): Promise<void> {
  if (phase !== 'holding') return;
  const detectedAt = new Date(detectedMs).toISOString();
  await storms.change(id, { phase: 'collecting', detectedAt }, ['holding']);
}
