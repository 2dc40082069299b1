import type { StormInput } from '../contract/storm.ts';
import type { Alert } from '../domain/alert/alert.ts';
import type { Relay } from '../domain/rule/relay.ts';
import type { Rule } from '../domain/rule/rule.ts';
import { titleFor } from '../domain/rule/rule-title.ts';
import type { HeldAlert, Storm } from '../domain/storm/storm.ts';
import type { StormSettings } from '../domain/storm/storm-window.ts';
import { sha256 } from '../domain/text/digest.ts';
import type { Clock, StormStarter, StormStore } from '../ports.ts';

export interface HoldDeps {
  storms: Pick<StormStore, 'createOrGet' | 'get' | 'markStarted' | 'addHeld'>;
  stormExecutions: StormStarter;
  clock: Pick<Clock, 'now'>;
}

interface Holding {
  stormId: string;
  relay: Pick<Relay, 'id' | 'name'>;
  rule: Rule;
  settings: StormSettings;
  /** Of one or several deliveries, in the order of receipt. */
  alerts: { alert: Alert; deliveryId: string }[];
}

/**
 * Writes the alerts down as held, and makes sure that the storm's execution is there to take them up. False if the
 * storm released its alerts meanwhile, or ended without a session: then these have to be decided anew. Each of the two
 * sides writes before it reads the other's row, so one of them sees the alerts. Idempotent.
 */
export async function holdAlerts(deps: HoldDeps, holding: Holding): Promise<boolean> {
  const { stormId, rule, relay, alerts } = holding;
  const [first] = alerts;
  if (!first) return true;
  for (const [deliveryId, held] of Map.groupBy(alerts, (each) => each.deliveryId)) {
    const rows = held.map(({ alert: { id, severity, createdAt } }) => ({ alertId: id, severity, at: createdAt }));
    await deps.storms.addHeld(stormId, heldIdOf(deliveryId, rows), rows);
  }
  const at = deps.clock.now().toISOString();
  const storm = await deps.storms.createOrGet({
    id: stormId,
    relayId: relay.id,
    ruleId: rule.id,
    ruleName: rule.name,
    phase: 'holding',
    firstAlertId: first.alert.id,
    createdAt: at,
  });
  if (storm.executionArn === undefined) {
    const arn = await deps.stormExecutions.start(stormId, stormInputOf(holding, storm, first.alert));
    await deps.storms.markStarted(stormId, arn, at);
  }
  const phase = (await deps.storms.get(stormId))?.phase;
  return phase !== 'released' && phase !== 'not_dispatched';
}

/** A delivery may hold alerts back more than once, a few at a time. */
const heldIdOf = (deliveryId: string, rows: HeldAlert[]): string =>
  `${deliveryId}#${sha256(JSON.stringify(rows)).slice(0, 16)}`;

const stormInputOf = ({ stormId, relay, rule, settings }: Holding, storm: Storm, first: Alert): StormInput => ({
  stormId,
  relay: { id: relay.id, name: relay.name },
  rule: { id: rule.id, name: rule.name, version: rule.version, updatedBy: rule.updatedBy },
  settings: {
    threshold: settings.threshold,
    windowSeconds: settings.windowMs / 1_000,
    maxImmediate: settings.maxImmediate,
  },
  firstHeld: {
    alertId: first.id,
    title: titleFor(rule, first.title),
    ...(first.traceparent !== undefined && { traceparent: first.traceparent }),
  },
  checkAt: new Date(Date.parse(storm.createdAt) + settings.windowMs).toISOString(),
});
