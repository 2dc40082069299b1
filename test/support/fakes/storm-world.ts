import type { AlertOccurrence } from '../../../functions/contract/alert.ts';
import type { StormInput } from '../../../functions/contract/storm.ts';
import { alertIdOf } from '../../../functions/domain/alert/alert-id.ts';
import { routeAlerts } from '../../../functions/intake/route-alert/route-alert.ts';
import { receivedAt, relayId, sampleDelivery, sampleOccurrence, sampleRule } from './alert-samples.ts';
import { fakeAnswers } from './storms.ts';
import { RoutingWorld } from './world.ts';

const T0 = Date.parse(receivedAt);
export const iso = (second: number): string => new Date(T0 + second * 1_000).toISOString();
export const idOf = (name: string): string => alertIdOf({ relayId, fingerprint: `v1:${name}`, startsAt: receivedAt });

/** A rule whose storm control holds alerts; time is as it is set. */
export class StormWorld {
  readonly world: RoutingWorld;
  readonly answers = new Map<string, string>();
  readonly warnings: string[] = [];
  second = 0;
  #deliveries = 0;

  constructor(config: object = {}) {
    this.world = new RoutingWorld([sampleRule({}, config)]);
  }

  get deps() {
    const { world, answers, warnings } = this;
    const base = world.deps();
    return {
      ...base,
      clock: { now: () => new Date(T0 + this.second * 1_000), sleep: async () => undefined },
      answers: fakeAnswers(answers),
      log: { warn: (message: string) => void warnings.push(message) },
    };
  }

  async deliver(names: string[], changes: Partial<AlertOccurrence> = {}): Promise<void> {
    const items = names.map((name) => {
      const own = { fingerprint: `v1:${name}`, title: `Alert ${name}`, severity: 'high' as const };
      return { alertId: idOf(name), occurrence: sampleOccurrence({ ...own, startsAt: receivedAt, ...changes }) };
    });
    const deliveryId = `dlv_${this.#deliveries++}`;
    await routeAlerts(this.deps, [sampleDelivery({ deliveryId, receivedAt: iso(this.second), items })]);
  }

  get input(): { storm: StormInput; executionArn: string } {
    const [storm] = this.world.stormExecutions.values();
    if (!storm) throw new Error('Nothing is held');
    return { storm, executionArn: 'arn:storm' };
  }

  get storm() {
    return this.world.stores.storms.get(this.input.storm.stormId);
  }

  get ledger() {
    return this.world.stores.ledgerDay(relayId, '2027-03-01');
  }
}
