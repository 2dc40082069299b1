import * as z from 'zod';
import { occurrenceSchema } from '../../../contract/alert.ts';
import { appliedEntrySchema } from '../../../contract/catalogue.ts';
import type { ExecutionInput } from '../../../contract/execution.ts';
import { lintIssueSchema } from '../../../contract/lint.ts';
import { reasonCodes } from '../../../contract/reason-codes.ts';
import type { DeliveredEntry } from '../../../domain/alert/delivered-entry.ts';
import type { Rule } from '../../../domain/rule/rule.ts';
import { readAction } from '../../../domain/rule/rule-config.ts';

/** What one rule would record. */
const verdictSchema = z.strictObject({ reason: z.enum(reasonCodes), sentence: z.string() });
interface SimulatedDecision {
  verdict: z.infer<typeof verdictSchema>;
  /** Of the session that would start, or be held. */
  input: ExecutionInput | undefined;
}

const stepSchema = z.strictObject({
  ruleId: z.string(),
  ruleType: z.enum(['agent', 'webhook']),
  name: z.string(),
  enabled: z.boolean(),
  /** Of an agent rule. */
  agentType: z.literal('opencode').optional(),
  integrationId: z.string().optional(),
  endpoint: z.string().optional(),
  /** Of a rule that asks the catalogue, where a session would start: by which entry, and in which directory. */
  catalogue: appliedEntrySchema.optional(),
  directory: z.string().nullable().optional(),
  wouldStart: z.boolean(),
  decision: verdictSchema,
});

const { shape } = occurrenceSchema;
const simulatedSchema = z.strictObject({
  /** `id`, `status`, `format` and `fingerprint` are ours. */
  alertPreview: z.strictObject({
    id: z.string(),
    status: shape.status,
    format: z.string(),
    fingerprint: z.string(),
    title: shape.title,
    message: shape.message,
    severity: shape.severity,
    source: shape.source,
    externalId: shape.externalId,
    metadata: shape.metadata,
  }),
  groups: z.array(z.strictObject({ groupName: z.string(), steps: z.array(stepSchema) })),
});
export type Simulated = z.infer<typeof simulatedSchema>;

export const simulationSchema = simulatedSchema.extend({
  relayId: z.string(),
  simulateAt: z.string(),
  issues: z.array(lintIssueSchema),
  /** Of a payload with several alerts: the others, in their order. */
  otherAlerts: z.array(simulatedSchema),
  /** How many alerts of the payload were left out. */
  alertsLeftOut: z.int(),
});
export type Simulation = z.infer<typeof simulationSchema>;

/** One alert, with the step of each rule in its group; groups in the order of their first rule. */
export function simulatedOf(
  { delivery, occurrence }: DeliveredEntry,
  { alertId, rules, verdicts }: { alertId: string; rules: Rule[]; verdicts: ReadonlyMap<string, SimulatedDecision> },
): Simulated {
  const { status, fingerprint, title, message, severity, source, externalId, metadata } = occurrence;
  const texts = { title, message, severity, source, externalId, metadata };
  const groups = Map.groupBy(rules, ({ group }) => group);
  return {
    alertPreview: { id: alertId, status, format: delivery.format, fingerprint, ...texts },
    groups: [...groups].map(([groupName, ofGroup]) => ({
      groupName,
      steps: ofGroup.flatMap((rule) => {
        const decision = verdicts.get(rule.id);
        return decision ? [stepOf(rule, decision)] : [];
      }),
    })),
  };
}

function stepOf(rule: Rule, { verdict: decision, input }: SimulatedDecision): z.infer<typeof stepSchema> {
  const { id: ruleId, ruleType, name, enabled } = rule;
  const read = readAction(rule);
  const wouldStart = decision.reason === 'started';
  const step = { ruleId, ruleType, name, enabled, wouldStart, decision };
  if (ruleType === 'webhook') return read.ok ? { ...step, endpoint: read.action.config.endpoint } : step;
  const config = read.ok && read.action.type === 'agent' ? read.action.config : undefined;
  return {
    ...step,
    agentType: 'opencode',
    ...(config && { integrationId: config.integrationId, endpoint: config.endpoint }),
    ...(input?.catalogue && placeOf(input)),
  };
}

/** Where the entry sends the session. */
const placeOf = ({ catalogue, session: { integrationId, endpoint, directory } }: ExecutionInput) => ({
  ...{ catalogue, integrationId, endpoint, directory },
});
