import type { Delivery } from '../../contract/delivery.ts';
import type { ReasonCode } from '../../contract/reason-codes.ts';
import { type Attempted, attemptEach, mapConcurrently } from '../../decisions/attempt.ts';
import type { RoutedEntry } from '../../decisions/record-entry.ts';
import { isRepeatOf, recordRepeats } from '../../decisions/record-repeats.ts';
import { type RelayRules, type RelayRulesDeps, relayRulesReader } from '../../decisions/relay-rules.ts';
import { type RouteWaveDeps, routeWave } from '../../decisions/route-wave.ts';
import { type DeliveredEntry, entriesByIncident } from '../../domain/alert/delivered-entry.ts';
import { portionsOf } from '../../domain/alert/portions.ts';
import { addCounts, dayOf } from '../../domain/decision/ledger.ts';
import type { PauseSwitch } from '../../domain/decision/pause-switch.ts';
import type { BatchLeftover, OutOfTime, TimeLeft } from '../../domain/task/batch.ts';
import type { Ledger, PauseSwitchStore, RoutingMetrics } from '../../ports.ts';

/**
 * An entry takes some 8 ms of CPU time, and the function has a whole core: a portion takes 0.8 s, short beside the
 * function's time and long enough for 32 entries at once.
 */
const PORTION_ENTRIES = 100;
/** For the ledger, the metrics and the answer. */
const CLOSING_MS = 5_000;

export interface RouteAlertDeps extends RelayRulesDeps, RouteWaveDeps {
  switch: Pick<PauseSwitchStore, 'read'>;
  ledger: Pick<Ledger, 'accepted' | 'decided'>;
  metrics: RoutingMetrics;
}

/**
 * Routes a batch of deliveries. One result per delivery, in order: undefined where every entry has its decisions. A
 * failed entry stops nothing else; its delivery comes again, and what was done is then not done twice. Ends in time:
 * what is not routed by then is left over. `receives`: how often each delivery was received; one that comes for the
 * first time is in the ledger once it is decided, or could not be.
 */
export async function routeAlerts(
  deps: RouteAlertDeps,
  deliveries: Delivery[],
  timeLeftMs: TimeLeft = () => Number.MAX_SAFE_INTEGER,
  receives: number[] = [],
): Promise<(BatchLeftover | undefined)[]> {
  if (deliveries.length === 0) return [];
  const incidents = entriesByIncident(deliveries);
  const entriesOf = Map.groupBy(incidents.flat(), ({ delivery }) => delivery);
  const rulesOf = relayRulesReader(deps);
  // Once for the whole batch: a pause is heeded by whatever is routed from now on.
  const pauseSwitch = deps.switch.read();
  const opened = await attemptEach([...deliveries.entries()], ([index, delivery]) =>
    open(
      deps,
      { delivery, entries: entriesOf.get(delivery) ?? [], isFirst: receives[index] === 1 },
      rulesOf,
      pauseSwitch,
    ),
  );
  const routed = await routeInTime(deps, incidents, opened, timeLeftMs);
  const routedOf = Map.groupBy(routed, ({ entry }) => entry.delivery);
  const leftovers = await mapConcurrently(opened, async ({ item: [, delivery], result }) => {
    if (!result.ok) return { entries: entriesOf.get(delivery)?.length ?? 0, error: result.error };
    return close(deps, result.value, routedOf.get(delivery) ?? []);
  });
  deps.metrics.publish(countsOf(routed));
  return leftovers;
}

/** A delivery, and what it is routed by. */
interface Opened {
  delivery: Delivery;
  entries: DeliveredEntry[];
  /** It has never been received before. */
  isFirst: boolean;
  relayRules: RelayRules;
  pauseSwitch: PauseSwitch | undefined;
}

/**
 * Notes in the ledger what is due, where an earlier attempt may have broken off without a word. A first one notes it at
 * its end, with what it came to.
 */
async function open(
  deps: RouteAlertDeps,
  { delivery, entries, isFirst }: Pick<Opened, 'delivery' | 'entries' | 'isFirst'>,
  rulesOf: (relayId: string) => Promise<RelayRules>,
  reading: Promise<PauseSwitch | undefined>,
): Promise<Opened> {
  const [relayRules, pauseSwitch] = await Promise.all([rulesOf(delivery.relayId), reading]);
  const opened = { delivery, entries, isFirst, relayRules, pauseSwitch };
  if (!isFirst) await noteDue(deps, opened);
  return opened;
}

const noteDue = ({ ledger }: RouteAlertDeps, { delivery, entries, relayRules }: Opened): Promise<void> =>
  ledger.accepted({
    ...accountOf(delivery),
    entries: entries.length,
    decisions: entries.length * Math.max(1, relayRules.rules.length),
  });

const accountOf = ({ relayId, deliveryId, partOf, receivedAt }: Delivery) => ({
  relayId,
  day: dayOf(receivedAt),
  deliveryId,
  ...(partOf !== undefined && { partOf }),
});

/**
 * Portion by portion, as long as there is time: the next one may take twice as long as the slowest so far. The first is
 * routed in any case, so that a batch always moves forward.
 */
async function routeInTime(
  deps: RouteAlertDeps,
  incidents: DeliveredEntry[][],
  opened: Attempted<unknown, Opened>[],
  timeLeftMs: TimeLeft,
): Promise<RoutedEntry[]> {
  const routed: RoutedEntry[] = [];
  let slowestMs = 0;
  for (const [index, portion] of portionsOf(incidents, PORTION_ENTRIES).entries()) {
    const before = timeLeftMs();
    if (index > 0 && before < 2 * slowestMs + CLOSING_MS) break;
    routed.push(...(await routeInWaves(deps, portion, opened)));
    slowestMs = Math.max(slowestMs, before - timeLeftMs());
  }
  return routed;
}

/**
 * One wave after the other: each entry meets what those of the same incident before it have left behind. Those that
 * only repeat the one before are decided with it.
 */
async function routeInWaves(
  deps: RouteAlertDeps,
  incidents: DeliveredEntry[][],
  opened: Attempted<unknown, Opened>[],
): Promise<RoutedEntry[]> {
  const openedOf = new Map(
    opened.flatMap(({ result }) => (result.ok ? [[result.value.delivery, result.value] as const] : [])),
  );
  const [first] = openedOf.values();
  const routed: RoutedEntry[] = [];
  let waiting = incidents.map((entries) => entries.filter(({ delivery }) => openedOf.has(delivery)));
  for (; waiting.some((entries) => entries.length > 0); waiting = waiting.filter((entries) => entries.length > 0)) {
    const wave = waiting.flatMap(([entry]) => {
      const found = entry && openedOf.get(entry.delivery);
      return found ? [{ entry, relayRules: found.relayRules }] : [];
    });
    const results = new Map((await routeWave(deps, wave, first?.pauseSwitch)).map((each) => [each.entry, each]));
    const repeated = await mapConcurrently(waiting, async ([entry, ...others]) => {
      const result = entry && results.get(entry);
      if (!entry || !result?.open) return { routed: [], left: others };
      const end = others.findIndex((other) => !isRepeatOf(other, entry));
      const repeats = end < 0 ? others : others.slice(0, end);
      return { routed: await recordRepeats(deps, result, repeats), left: others.slice(repeats.length) };
    });
    routed.push(...results.values(), ...repeated.flatMap((each) => each.routed));
    waiting = repeated.map(({ left }) => left);
  }
  return routed;
}

/** Notes in the ledger what it came to, once that is complete; else what is due. */
async function close(deps: RouteAlertDeps, opened: Opened, routed: RoutedEntry[]): Promise<BatchLeftover | undefined> {
  const { delivery, isFirst } = opened;
  const entries = opened.entries.length;
  const leftover = leftoverOf(entries, routed);
  const reasons = addCounts(...routed.flatMap(({ decisions }) => decisions.map(({ reason }) => ({ [reason]: 1 }))));
  try {
    if (!leftover) await deps.ledger.decided({ ...accountOf(delivery), entries, reasons });
    else if (isFirst) await noteDue(deps, opened);
    return leftover;
  } catch (error) {
    return leftover ?? { entries, error };
  }
}

function leftoverOf(entries: number, routed: RoutedEntry[]): BatchLeftover | undefined {
  const failed = routed.filter(({ error }) => error !== undefined);
  if (failed.length > 0) return { entries: failed.length, error: failed[0]?.error };
  return routed.length < entries ? { entries: entries - routed.length, outOfTime: progressOf(routed) } : undefined;
}

/** What an earlier invocation had decided is no progress of this one. */
function progressOf(routed: RoutedEntry[]): OutOfTime {
  if (routed.length === 0) return 'not_begun';
  return routed.some(({ decisions }) => decisions.some(({ counted }) => counted)) ? 'moved' : 'stuck';
}

/** Of what was counted now, so that a delivery which comes again is not in the metrics twice. */
function countsOf(all: RoutedEntry[]): Parameters<RoutingMetrics['publish']>[0] {
  const relays = new Map<string, { entries: number; reasons: Partial<Record<ReasonCode, number>> }>();
  for (const { entry, decisions } of all) {
    const counted = decisions.filter((decision) => decision.counted);
    if (counted.length === 0) continue;
    const { relayId } = entry.delivery;
    const before = relays.get(relayId) ?? { entries: 0, reasons: {} };
    const reasons = addCounts(before.reasons, ...counted.map(({ reason }) => ({ [reason]: 1 })));
    relays.set(relayId, { entries: before.entries + 1, reasons });
  }
  return { relays, alertsRouted: all.filter(({ isRouted }) => isRouted).length };
}
