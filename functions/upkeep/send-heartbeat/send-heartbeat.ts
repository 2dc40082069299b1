import { heartbeat } from '../../contract/heartbeat.ts';
import { dayOf } from '../../domain/decision/ledger.ts';
import type { Relay } from '../../domain/rule/relay.ts';
import { hashedId } from '../../domain/text/digest.ts';
import type { Webhook } from '../../domain/webhook/webhook.ts';
import type { Clock, HeartbeatDoor, RelayStore } from '../../ports.ts';

interface SendHeartbeatDeps {
  door: HeartbeatDoor;
  relays: Pick<RelayStore, 'create'>;
  clock: Pick<Clock, 'now'>;
}

/** As the door answers whom it does not know, and whom it lets in. */
const [UNKNOWN, ACCEPTED] = [404, 202];

/**
 * Posts a test alert as a sender does; throws where the door does not take it. Its hook is made at the first time, and
 * when the secret has another key.
 */
export async function sendHeartbeat({ door, relays, clock }: SendHeartbeatDeps): Promise<{ status: string }> {
  const now = clock.now();
  const key = await door.key();
  let answer = await door.post(key, bodyAt(now));
  if (answer === UNKNOWN) {
    await relays.create(relayAt(now), webhookAt(now, key));
    answer = await door.post(key, bodyAt(now));
  }
  if (answer !== ACCEPTED) throw new Error(`The hook of the heartbeat answered ${answer}`);
  return { status: 'sent' };
}

/** One alert a day, closed as soon as it is there: so many repeats of it are one row. */
const bodyAt = (now: Date) => ({
  title: 'Heartbeat',
  status: 'test',
  severity: 'info',
  startsAt: `${dayOf(now.toISOString())}T00:00:00.000Z`,
});

/** Without rules, and stored as a deleted one: it stands in no list, and nobody gives it a rule. */
function relayAt(now: Date): Relay {
  const at = now.toISOString();
  return {
    id: heartbeat.relayId,
    name: 'Heartbeat',
    description: 'Takes the test alerts by which the stack shows that it works.',
    repeatPolicy: 'none',
    createdBy: 'heartbeat',
    createdAt: at,
    updatedAt: at,
    deletedAt: at,
  };
}

const webhookAt = (now: Date, webhookKey: string): Webhook => ({
  // Another key is another webhook.
  id: hashedId('wh', `heartbeat\n${webhookKey}`),
  relayId: heartbeat.relayId,
  webhookKey,
  provider: 'custom',
  enabled: true,
  mapping: {
    title: 'title',
    status: { path: 'status', test: 'test' },
    severity: { path: 'severity' },
    startsAt: 'startsAt',
    fingerprint: 'title',
  },
  createdAt: now.toISOString(),
  updatedAt: now.toISOString(),
});
