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
  /** The threshold is reached. */
  isStorm: boolean;
  relay: Pick<Relay, 'id' | 'name'>;
  rule: Rule;
  settings: StormSettings;
  /** Of one or several deliveries, in the order of receipt. */
  alerts: Alert[];
}

/**
 * Writes the alerts down as held, and makes sure that the storm's execution is there to take them up. False if the
 * storm released its alerts meanwhile, or ended without a session: then these have to be decided anew. Each of the two
 * sides writes before it reads the other's row, so one of them sees the alerts. Idempotent.
 */
export async function holdAlerts(deps: HoldDeps, holding: Holding): Promise<boolean> {
  const { stormId, isStorm, rule, relay, alerts } = holding;
  const [first] = alerts;
  if (!first) return true;
  const rows = alerts.map(({ id, severity, createdAt }) => ({ alertId: id, severity, at: createdAt }));
  await deps.storms.addHeld(stormId, heldIdOf(rows), rows, isStorm);
  // Read after the alerts are written down, it says what becomes of them.
  const before = await deps.storms.get(stormId);
  if (before?.executionArn !== undefined) return isHolding(before);
  const at = deps.clock.now().toISOString();
  const storm = await deps.storms.createOrGet({
    id: stormId,
    relayId: relay.id,
    ruleId: rule.id,
    ruleName: rule.name,
    phase: 'holding',
    firstAlertId: first.id,
    createdAt: at,
  });
  if (storm.executionArn === undefined) {
    const arn = await deps.stormExecutions.start(stormId, stormInputOf(holding, storm, first));
    await deps.storms.markStarted(stormId, arn, at);
  }
  return isHolding(await deps.storms.get(stormId));
}

const isHolding = (storm: Storm | undefined): boolean =>
  storm?.phase !== 'released' && storm?.phase !== 'not_dispatched';

/** The same alerts, held once more, are the same row. */
const heldIdOf = (rows: HeldAlert[]): string => sha256(JSON.stringify(rows)).slice(0, 32);

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
