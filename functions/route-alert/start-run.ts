import { relayRunOf } from '../domain/relay-run.ts';
import type { RelayRunStarter } from '../ports.ts';
import type { Passage } from './passage.ts';

/** Starts the relay run of an alert that has steps before it. May be repeated: the name is made of the alert. */
export async function startRun({ relayRuns }: { relayRuns: RelayRunStarter }, passage: Passage): Promise<void> {
  const { alert, entry, relayRules, settled } = passage;
  if (entry.occurrence.status !== 'firing') return;
  const { deliveryId, webhookId, format } = entry.delivery;
  const run = relayRunOf({
    ...relayRules,
    alert,
    delivery: { deliveryId, webhookId, format },
    reasons: new Map([...settled].map(([ruleId, { reason }]) => [ruleId, reason])),
  });
  if (run) await relayRuns.start(run.runId, run);
}
