import type { Delivery } from '../../contract/delivery.ts';
import type { ReasonCode, ReasonCounts } from '../../contract/reason-codes.ts';
import { type RelayRules, type RelayRulesDeps, relayRulesReader } from '../../decisions/relay-rules.ts';
import { type Routed, type RouteWaveDeps, routeWave } from '../../decisions/route-wave.ts';
import { type DeliveredEntry, entriesByIncident, wavesOf } from '../../domain/alert/delivered-entry.ts';
import { addCounts, dayOf } from '../../domain/decision/ledger.ts';
import type { Ledger, PauseSwitchStore, RoutingMetrics } from '../../ports.ts';

export interface RouteAlertDeps extends RelayRulesDeps, RouteWaveDeps {
  switch: Pick<PauseSwitchStore, 'read'>;
  ledger: Pick<Ledger, 'accepted' | 'decided'>;
  metrics: RoutingMetrics;
}

/** Why a delivery has to come again. */
export interface RoutingFailure {
  /** How many of its entries failed. */
  entries: number;
  /** Of the first one. */
  error: unknown;
}

/** A delivery on its way through the rounds. */
interface Account {
  delivery: Delivery;
  relayRules: RelayRules | undefined;
  entries: number;
  failed: number;
  error: unknown;
  reasons: ReasonCounts[];
}

/**
 * Routes a batch of deliveries. One result per delivery, in order: undefined where every entry has its decisions. A failed
 * entry stops nothing else; its delivery comes again, and what was done is then not done twice.
 */
export async function routeAlerts(
  deps: RouteAlertDeps,
  deliveries: Delivery[],
): Promise<(RoutingFailure | undefined)[]> {
  if (deliveries.length === 0) return [];
  const incidents = entriesByIncident(deliveries);
  const accounts = new Map(deliveries.map((delivery) => [delivery, accountOf(delivery, incidents.flat())]));
  const rulesOf = relayRulesReader(deps);
  // Once for the whole batch: a pause is heeded by whatever is routed from now on.
  const pauseSwitch = deps.switch.read();
  await Promise.all([...accounts.values()].map((account) => open(deps, account, rulesOf, pauseSwitch)));
  const all: Routed[] = [];
  for (const round of wavesOf(incidents)) {
    const entries = round.flatMap((entry) => toRoute(entry, accounts));
    if (entries.length === 0) continue;
    const routed = await routeWave(deps, entries, await pauseSwitch);
    for (const each of routed) note(each, accounts);
    all.push(...routed);
  }
  await Promise.all([...accounts.values()].map((account) => close(deps, account)));
  deps.metrics.publish(countsOf(all));
  return deliveries.map((delivery) => failureOf(accounts.get(delivery)));
}

const accountOf = (delivery: Delivery, entries: DeliveredEntry[]): Account => ({
  delivery,
  relayRules: undefined,
  entries: entries.filter((entry) => entry.delivery === delivery).length,
  failed: 0,
  error: undefined,
  reasons: [],
});

/** Notes in the ledger what is due. */
async function open(
  { ledger }: RouteAlertDeps,
  account: Account,
  rulesOf: (relayId: string) => Promise<RelayRules>,
  pauseSwitch: Promise<unknown>,
): Promise<void> {
  const { relayId, deliveryId, receivedAt } = account.delivery;
  const { entries } = account;
  try {
    const [relayRules] = await Promise.all([rulesOf(relayId), pauseSwitch]);
    const decisions = entries * Math.max(1, relayRules.rules.length);
    await ledger.accepted({ relayId, day: dayOf(receivedAt), deliveryId, entries, decisions });
    account.relayRules = relayRules;
  } catch (error) {
    account.failed = entries;
    account.error = error;
  }
}

function toRoute(entry: DeliveredEntry, accounts: Map<Delivery, Account>) {
  const relayRules = accounts.get(entry.delivery)?.relayRules;
  return relayRules ? [{ entry, relayRules }] : [];
}

function note({ entry, decisions, error }: Routed, accounts: Map<Delivery, Account>): void {
  const account = accounts.get(entry.delivery);
  if (!account) return;
  account.reasons.push(...decisions.map(({ reason }) => ({ [reason]: 1 })));
  if (error === undefined) return;
  account.failed++;
  account.error ??= error;
}

/** Notes in the ledger what it came to, once that is complete. */
async function close({ ledger }: RouteAlertDeps, account: Account): Promise<void> {
  if (account.failed > 0) return;
  const { relayId, deliveryId, receivedAt } = account.delivery;
  const { entries } = account;
  try {
    const reasons = addCounts(...account.reasons);
    await ledger.decided({ relayId, day: dayOf(receivedAt), deliveryId, entries, reasons });
  } catch (error) {
    account.failed = entries;
    account.error = error;
  }
}

const failureOf = (account: Account | undefined): RoutingFailure | undefined =>
  account && account.failed > 0 ? { entries: account.failed, error: account.error } : undefined;

/** Of what was counted now, so that a delivery which comes again is not in the metrics twice. */
function countsOf(all: Routed[]): Parameters<RoutingMetrics['publish']>[0] {
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
