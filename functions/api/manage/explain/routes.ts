import * as z from 'zod';
import { explain } from '../../../domain/explain/explain.ts';
import type { CallRecords, ResponderStore, RuleStore } from '../../../ports.ts';
import { type WorkDeps, workOn } from '../agents/work.ts';
import { nothing } from '../fields.ts';
import { type ApiRefusal, notFound } from '../refusal.ts';
import { type Route, route } from '../route.ts';

export interface ExplainDeps extends WorkDeps {
  responders: Pick<ResponderStore, 'listByAlert'>;
  calls: Pick<CallRecords, 'listByAlert'>;
  rules: Pick<RuleStore, 'listByRelay'>;
}

/** One alert's story in sentences. */
async function explainAlert(deps: ExplainDeps, alertId: string): Promise<string[] | ApiRefusal> {
  const alert = await deps.alerts.get(alertId);
  if (!alert) return notFound('alert');
  const [work, responders, calls, rules] = await Promise.all([
    workOn(deps, alert),
    deps.responders.listByAlert(alertId),
    deps.calls.listByAlert(alertId),
    deps.rules.listByRelay(alert.relayId),
  ]);
  const ruleNames = new Map(rules.map(({ id, name }) => [id, name]));
  return explain({ alert, ...work, responders, calls, ruleNames });
}

export const explainRoutes = (deps: ExplainDeps): Route[] => [
  route({
    method: 'GET',
    path: '/alerts/{alertId}/explain',
    operation: 'explainAlert',
    summary: "One alert's story in sentences: who sent it, what each rule made of it and why, and what came of it.",
    envelope: 'sentences',
    query: nothing,
    body: nothing,
    answer: z.array(z.string()),
    run: ({ parameter }) => explainAlert(deps, parameter('alertId')),
  }),
];
