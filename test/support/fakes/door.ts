import type { Alert } from '../../../functions/domain/alert/alert.ts';
import type { Receipt } from '../../../functions/domain/intake/receipt.ts';
import type { HookRefusal } from '../../../functions/domain/intake/refusal.ts';
import type { Relay } from '../../../functions/domain/rule/relay.ts';
import type { Rule } from '../../../functions/domain/rule/rule.ts';
import type { Webhook } from '../../../functions/domain/webhook/webhook.ts';
import { type ReceiveAlertDeps, receiveAlert } from '../../../functions/intake/receive-alert/receive-alert.ts';
import { routeAlerts } from '../../../functions/intake/route-alert/route-alert.ts';
import { sampleRule } from './alert-samples.ts';
import { fakeClock } from './clock.ts';
import { bytesOf, fakeQueue, fakeWebhooks, sampleWebhook } from './intake.ts';
import { unexpected } from './recorded.ts';
import { fakeLog } from './stores.ts';
import { RoutingWorld } from './world.ts';

interface DoorOptions {
  webhooks?: Webhook[];
  rules?: Rule[];
  relay?: Relay;
  /** When the first body comes in; each later one comes a minute after the one before. */
  at?: string;
  secrets?: ReceiveAlertDeps['secrets'];
}

/**
 * The way from a hook to what its relay has done: each body that is posted is read, queued and routed before the next.
 */
export class Door {
  readonly world: RoutingWorld;
  readonly clock;
  readonly #deps: ReceiveAlertDeps;
  readonly #sent;
  #failing: string | undefined;

  constructor({ webhooks = [sampleWebhook()], rules = [sampleRule()], relay, at, secrets }: DoorOptions = {}) {
    this.world = new RoutingWorld(rules, { ...(relay && { relay }) });
    this.clock = fakeClock(at);
    const queue = fakeQueue();
    const known = new Set<string>();
    let deliveries = 0;
    this.#sent = queue.sent;
    this.#deps = {
      webhooks: fakeWebhooks(...webhooks),
      alerts: this.world.deps().alerts,
      queue,
      secrets: secrets ?? { read: () => unexpected('read') },
      memory: { has: async (id) => known.has(id), remember: async (id) => void known.add(id) },
      limit: { take: async () => undefined },
      clock: this.clock,
      log: fakeLog(),
      newDeliveryId: () => `dlv_${++deliveries}`,
    };
  }

  /** Posts a body to the hook of a key, which has to take it. */
  async post(...sent: Parameters<Door['try']>): Promise<Receipt> {
    const receipt = await this.try(...sent);
    if ('refusal' in receipt) throw new Error(`${receipt.refusal.code}: ${receipt.refusal.message}`);
    return receipt;
  }

  async try(body: unknown, webhookKey = 'key-1', headers: Record<string, string> = {}): Promise<Receipt> {
    const request = { webhookKey, body: bytesOf(body), contentType: 'application/json', headers };
    const receipt = await receiveAlert(this.#deps, request);
    await this.again();
    await this.clock.sleep(60_000);
    return receipt;
  }

  /** Routes what is in the queue: also a delivery whose routing has failed. */
  async again(): Promise<void> {
    const failures = await routeAlerts(this.#routing(), this.#sent);
    const failed = failures.find((failure) => failure !== undefined);
    if (failed) throw 'error' in failed ? failed.error : new Error(`no time for ${failed.entries} entries`);
    this.#sent.length = 0;
  }

  /** The next call of one method of the stores of alerts and decisions fails before it does anything. */
  failOnce(method: string): void {
    this.#failing = method;
  }

  #routing() {
    const deps = this.world.deps(this.clock);
    return { ...deps, alerts: this.#failingOnce(deps.alerts), decisions: this.#failingOnce(deps.decisions) };
  }

  #failingOnce<Port extends object>(port: Port): Port {
    return new Proxy(port, {
      get: (target, name) => {
        if (name !== this.#failing) return Reflect.get(target, name);
        this.#failing = undefined;
        return () => Promise.reject(new Error('throttled'));
      },
    });
  }

  /** The refusal of a body that has to be refused. */
  async refusal(body: unknown): Promise<HookRefusal> {
    const receipt = await this.try(body);
    if ('refusal' in receipt) return receipt.refusal;
    throw new Error('The delivery was taken');
  }

  get alerts(): Alert[] {
    return [...this.world.alerts.values()];
  }

  /** Of each alert: `open`, `acknowledged`, `resolved` or `test`. */
  get states(): string[] {
    return this.alerts.map(({ fingerprint, acknowledgedAt, resolvedAt }) => {
      if (fingerprint.startsWith('test:')) return 'test';
      if (resolvedAt !== undefined) return 'resolved';
      return acknowledgedAt === undefined ? 'open' : 'acknowledged';
    });
  }

  /** How many sessions were started. */
  get starts(): number {
    return this.world.executions.size;
  }

  /** Accepted decisions are the sum of all reasons. */
  get balanced(): boolean {
    const days = new Set([...this.world.rows.deliveries.own.keys()].map((key) => key.split(' ')[1] ?? ''));
    return [...days].every((day) => this.world.stores.ledgerDay('rly_1', day).undecided === 0);
  }
}
