import type { AlertOccurrence, HookStrength } from '../../../contract/alert.ts';
import type { Delivery } from '../../../contract/delivery.ts';
import { type RelayRules, relayRulesReader } from '../../../decisions/relay-rules.ts';
import { routeWave } from '../../../decisions/route-wave.ts';
import { accept } from '../../../deliveries/accept.ts';
import { type DeliveredEntry, entriesByIncident, wavesOf } from '../../../domain/alert/delivered-entry.ts';
import { HookRefusal as IntakeRefusal } from '../../../domain/intake/refusal.ts';
import { jobIdOf } from '../../../domain/job/job-id.ts';
import { hookStrength } from '../../../domain/signature/auth.ts';
import { sha256 } from '../../../domain/text/digest.ts';
import type { Webhook } from '../../../domain/webhook/webhook.ts';
import type { AlertStore, Clock, NewWorld, PauseSwitchStore, StoresBelow } from '../../../ports.ts';
import { lintStored, type StoredDeps } from '../lint/lint.ts';
import { ApiRefusal, invalid, notFound } from '../refusal.ts';
import { readSent, refusedBy, type SentBody, type SimulationInput } from './simulation-input.ts';
import { type Simulated, type Simulation, simulatedOf } from './simulation-view.ts';

export interface SimulateDeps extends StoredDeps, Omit<StoresBelow, 'alerts'> {
  /** Alerts as intake and router read them. */
  incidents: Pick<AlertStore, 'get' | 'latestOf'>;
  switch: Pick<PauseSwitchStore, 'read'>;
  clock: Pick<Clock, 'now'>;
  newWorld: NewWorld;
}

/** 50 alerts and 100 rules of 600 bytes each are 3 MB; a function may answer 6 MB. */
const MAX_ALERTS = 50;

/**
 * What the relay would do with an alert or payload: the intake and the router themselves, in a world in memory on top
 * of what is stored, where nothing starts. Reads what is stored, so an alert that is open already is a repeat.
 */
export async function simulate(
  deps: SimulateDeps,
  relayId: string,
  input: SimulationInput,
  sent: SentBody,
): Promise<Simulation | ApiRefusal> {
  if (!(await deps.relays.get(relayId))) return notFound('relay');
  const webhook = await webhookOf(deps, relayId, input);
  if (webhook instanceof ApiRefusal) return webhook;
  const reading = readSent(sent, input, webhook);
  if (reading instanceof ApiRefusal) return reading;

  const at = input.simulateAt === undefined ? deps.clock.now() : new Date(input.simulateAt);
  const envelope = envelopeOf({ relayId, webhook, format: reading.format, at }, sent);
  const delivery = await delivered(deps, envelope, reading.occurrences, hookStrength(webhook?.auth));
  if (delivery instanceof IntakeRefusal) return refusedBy(delivery, sent.member);

  const relayRules = await relayRulesReader(deps)(relayId);
  const incidents = entriesByIncident([delivery]);
  const entries = incidents.flat();
  const shown = entries.slice(0, MAX_ALERTS);
  const rounds = wavesOf(incidents.map((ofIncident) => ofIncident.filter((entry) => shown.includes(entry))));
  const results = await routed(deps, relayRules, rounds, at);
  const simulated = shown.flatMap((entry) => results.get(entry) ?? []);
  const [first, ...otherAlerts] = simulated;
  // Not reached: no format reads a body as no occurrence.
  if (!first) return invalid([{ path: [sent.member], code: 'no_alert', message: 'speaks of no alert.' }]);
  return {
    relayId,
    simulateAt: input.simulateAt ?? at.toISOString(),
    ...first,
    issues: await lintStored(deps, relayRules),
    otherAlerts,
    alertsLeftOut: entries.length - simulated.length,
  };
}

async function webhookOf(deps: SimulateDeps, relayId: string, { webhookId }: SimulationInput) {
  const webhooks = await deps.webhooks.listByRelay(relayId);
  if (webhookId === undefined) return webhooks[0];
  const named = webhooks.find(({ id }) => id === webhookId);
  const message = 'names no webhook of this relay.';
  return named ?? invalid([{ path: ['webhookId'], code: 'unknown_webhook', message }]);
}

interface Envelope {
  relayId: string;
  webhook: Webhook | undefined;
  format: string;
  at: Date;
}

const envelopeOf = ({ relayId, webhook, format, at }: Envelope, { text }: SentBody): Omit<Delivery, 'items'> => ({
  deliveryId: 'simulated',
  relayId,
  webhookId: webhook?.id ?? '',
  format,
  receivedAt: at.toISOString(),
  bodySha256: sha256(text),
});

/** The delivery that the queue would get. */
async function delivered(
  { incidents }: SimulateDeps,
  envelope: Omit<Delivery, 'items'>,
  occurrences: AlertOccurrence[],
  strength: HookStrength,
): Promise<Delivery | IntakeRefusal> {
  const queue = { send: async () => {} };
  const accepted = await accept({ alerts: incidents, queue }, envelope, occurrences, strength);
  return accepted instanceof IntakeRefusal ? accepted : accepted.delivery;
}

/**
 * Nothing is started, stopped or called. Budgets of the day are taken for open: what they say changes by the minute.
 */
const nothingRuns = {
  executions: { start: async (name: string) => name },
  relayRuns: { start: async (name: string) => name },
  stormExecutions: { start: async (name: string) => name },
  stopper: { stop: async () => false },
  webhookCalls: { send: async () => {} },
  budgets: { take: async () => undefined, giveBack: async () => {}, spend: async () => {} },
  stackBudget: {},
};

/** As the router does: each entry meets what the ones before it would have left behind. */
async function routed(
  deps: SimulateDeps,
  relayRules: RelayRules,
  rounds: DeliveredEntry[][],
  at: Date,
): Promise<Map<DeliveredEntry, Simulated>> {
  const ports = { ...deps.newWorld({ ...deps, alerts: deps.incidents }), ...nothingRuns, clock: { now: () => at } };
  const pauseSwitch = await deps.switch.read();
  const simulated = new Map<DeliveredEntry, Simulated>();
  for (const round of rounds) {
    const results = await routeWave(
      ports,
      round.map((entry) => ({ entry, relayRules })),
      pauseSwitch,
    );
    for (const { entry, alertId, decisions, error } of results) {
      if (error !== undefined) throw error;
      const verdicts = decisions.map(async ({ ruleId, reason, sentence }) => {
        const job = reason === 'started' ? await ports.jobs.get(jobIdOf(alertId, ruleId)) : undefined;
        return [ruleId, { verdict: { reason, sentence }, input: job?.input }] as const;
      });
      const { rules } = relayRules;
      simulated.set(entry, simulatedOf(entry, { alertId, rules, verdicts: new Map(await Promise.all(verdicts)) }));
    }
  }
  return simulated;
}
