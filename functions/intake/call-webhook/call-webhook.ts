import type { WebhookCall } from '../../contract/webhook-call.ts';
import { errorNameOf } from '../../domain/task/errors.ts';
import type { CallMetrics, CallRecords, CallResult, Clock, DeadCalls, Log, WebhookSender } from '../../ports.ts';

interface CallWebhookDeps {
  sender: WebhookSender;
  dead: DeadCalls;
  records: Pick<CallRecords, 'record'>;
  metrics: CallMetrics;
  clock: Pick<Clock, 'now'>;
  log: Log;
}

/** A call that stays in its queue; undefined for one that is over. */
type Again = { entries: number; error: unknown } | undefined;

/**
 * Makes the calls side by side, one try each: what another try may help stays in the queue. One result per call, in
 * order.
 */
export async function callWebhooks(deps: CallWebhookDeps, calls: WebhookCall[]): Promise<Again[]> {
  const counts = new Map<CallResult['kind'], number>();
  const answers = await Promise.all(
    calls.map(async (call) => {
      try {
        const result = await deps.sender.send(call, deps.clock.now());
        await record(deps, call, result);
        counts.set(result.kind, (counts.get(result.kind) ?? 0) + 1);
        return await answered(deps, call, result);
      } catch (error) {
        return { entries: 1, error };
      }
    }),
  );
  deps.metrics.publish(counts);
  return answers;
}

/** Shown with the decision. What cannot be recorded is no reason to call once more. */
async function record({ records, clock, log }: CallWebhookDeps, call: WebhookCall, result: CallResult): Promise<void> {
  try {
    await records.record(call, result, clock.now());
  } catch (error) {
    log.warn('Call not recorded', { callId: call.id, alertId: call.alertId, error: errorNameOf(error) });
  }
}

async function answered({ dead, log }: CallWebhookDeps, call: WebhookCall, result: CallResult): Promise<Again> {
  switch (result.kind) {
    case 'done':
      return undefined;
    case 'again':
      return { entries: 1, error: new Error(`The receiver did not take the call: ${result.code}`) };
    case 'refused': {
      const { id, alertId, ruleId } = call;
      log.warn('Call refused for good', { callId: id, alertId, ruleId, code: result.code });
      await dead.keep(call, result.code);
      return undefined;
    }
  }
}
