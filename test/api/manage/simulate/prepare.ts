import { newMemoryWorld } from '../../../../functions/adapters/memory/stores.ts';
import { ApiRefusal } from '../../../../functions/api/manage/refusal.ts';
import { type SimulateDeps, simulate } from '../../../../functions/api/manage/simulate/simulate.ts';
import { sentBody, simulationInput } from '../../../../functions/api/manage/simulate/simulation-input.ts';
import type { Alert } from '../../../../functions/domain/alert/alert.ts';
import type { Rule } from '../../../../functions/domain/rule/rule.ts';
import type { Webhook } from '../../../../functions/domain/webhook/webhook.ts';
import type { AlertStore } from '../../../../functions/ports.ts';
import { sampleIntegration, sampleRelay, sampleRule } from '../../../support/fakes/alert-samples.ts';
import { fakeClock } from '../../../support/fakes/clock.ts';
import { sampleWebhook } from '../../../support/fakes/intake.ts';
import { fakeLooks } from '../../../support/fakes/looks.ts';
import { fakeRouting } from '../../../support/fakes/management.ts';
import { fakeWebhooks } from '../../../support/fakes/webhooks.ts';

interface Given {
  rules?: Rule[];
  alerts?: Alert[];
  webhooks?: Webhook[];
  incidents?: Pick<AlertStore, 'get' | 'latestOf'>;
  /** What else the router reads. */
  reads?: Partial<SimulateDeps>;
}

/** Simulates a request on a relay `rly_1`, as its route does. */
export function simulator({
  rules = [sampleRule()],
  alerts = [],
  webhooks = [sampleWebhook()],
  incidents,
  reads,
}: Given = {}) {
  const looks = fakeLooks(alerts);
  const deps: SimulateDeps = {
    ...looks,
    incidents: incidents ?? looks.incidents,
    clock: fakeClock(),
    relays: { get: async (id) => (id === sampleRelay.id ? sampleRelay : undefined) },
    rules: { listByRelay: async () => rules },
    integrations: { get: async (id) => (id === sampleIntegration.id ? sampleIntegration : undefined) },
    webhooks: fakeWebhooks(webhooks),
    ...fakeRouting(),
    newWorld: newMemoryWorld,
    jobs: { get: async () => undefined },
    ...reads,
  };
  const ask = (request: object, relayId = 'rly_1') => {
    const input = simulationInput.parse(request);
    return simulate(deps, relayId, input, sentBody(input, JSON.stringify(request)));
  };
  return {
    ask,
    async answer(request: object) {
      const result = await ask(request);
      if (result instanceof ApiRefusal) throw new Error(JSON.stringify(result));
      return result;
    },
    async refusal(request: object) {
      const result = await ask(request);
      if (!(result instanceof ApiRefusal)) throw new Error('Not refused');
      return result;
    },
  };
}
