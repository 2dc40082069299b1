import { type AcceptDeps, accept } from '../../deliveries/accept.ts';
import { deliveryIdOf } from '../../deliveries/delivery-id.ts';
import { type RememberDeps, remember } from '../../deliveries/remember.ts';
import { readAlerts } from '../../domain/intake/formats.ts';
import { parseBody } from '../../domain/intake/json.ts';
import { HookRefusal } from '../../domain/intake/refusal.ts';
import { sha256 } from '../../domain/text/digest.ts';
import type { Clock } from '../../ports.ts';
import type { Alarm } from './event.ts';

interface ReceiveAlarmDeps extends AcceptDeps, RememberDeps {
  clock: Pick<Clock, 'now'>;
  /** Relay id by door. */
  doors: Record<string, string>;
}

type Taken = 'queued' | 'repeated' | 'ignored';

/**
 * Parses, normalises and queues what one of AWS's own doors brings: CloudWatch alarms by EventBridge, and by SNS
 * whatever a hook takes. What was queued before under the same id of its sender is not queued again. There is nobody to
 * answer: what cannot be taken is thrown, so that Lambda tries it again and then keeps it in the dead-letter queue.
 */
export async function receiveAlarm(deps: ReceiveAlarmDeps, alarm: Alarm): Promise<{ status: Taken }> {
  const relayId = deps.doors[alarm.door];
  if (relayId === undefined) throw new Error(`The door ${alarm.door} leads to no relay`);
  const text = Buffer.from(alarm.text);
  const body = parseBody(text, 'application/json');
  const parsed =
    body instanceof HookRefusal ? body : readAlerts(body, alarm.door === 'eventbridge' ? 'cloudwatch' : null);
  if (parsed instanceof HookRefusal) throw notTaken(parsed);
  if ('nothing' in parsed) return { status: 'ignored' };
  const deliveryId = deliveryIdOf(alarm.door, alarm.messageId);
  if (await deps.memory.has(deliveryId)) return { status: 'repeated' };
  const now = deps.clock.now();
  const accepted = await accept(
    deps,
    {
      deliveryId,
      relayId,
      webhookId: alarm.door,
      format: parsed.format,
      receivedAt: now.toISOString(),
      bodySha256: sha256(text),
      traceparent: alarm.traceparent,
    },
    parsed.occurrences,
    'signature',
  );
  if (accepted instanceof HookRefusal) throw notTaken(accepted);
  await remember(deps, deliveryId, alarm.door, now);
  return { status: 'queued' };
}

/** The code alone: it is logged. */
const notTaken = ({ code }: HookRefusal): Error => new Error(`The alarm was not taken: ${code}`);
