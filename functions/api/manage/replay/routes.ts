import * as z from 'zod';
import { reasonCodes } from '../../../contract/reason-codes.ts';
import { exampleIds } from '../examples.ts';
import { nothing } from '../fields.ts';
import { type Route, route } from '../route.ts';
import { type ReplayDeps, replayRule } from './replay.ts';
import { replayInput } from './replay-input.ts';

const count = z.int();

const replaySchema = z.strictObject({
  relayId: z.string(),
  from: z.string(),
  until: z.string(),
  alerts: count,
  wouldStart: count,
  wouldCall: count,
  held: z.strictObject({ alerts: count, released: count, inStorms: count, suppressed: count }),
  storms: z.strictObject({ count, sessions: count, alerts: count }),
  suppressed: z.partialRecord(z.enum(reasonCodes), count),
  estimatedCostUsd: z.strictObject({ low: z.number(), median: z.number(), high: z.number() }).nullable(),
  pastSessions: count,
  leftOut: z.string().nullable(),
  byEntry: z.record(z.string(), count),
  catalogueVersion: z.int().nullable(),
});

export const replayRoutes = (deps: ReplayDeps): Route[] => [
  route({
    method: 'POST',
    path: '/relay/{relayId}/replay',
    operation: 'replayRule',
    summary:
      'Tells what a draft rule would have done with the stored alerts of a relay, and at what cost. Stores nothing.',
    changes: false,
    needs: 'write',
    envelope: 'replay',
    query: nothing,
    body: replayInput,
    example: {
      since: '7d',
      rule: {
        name: 'Fix what is urgent',
        ruleType: 'agent',
        config: {
          agentType: 'opencode',
          integrationId: exampleIds.integrationId,
          endpoint: 'https://opencode.internal.corp:4096',
          config: {
            match: { all: [{ severity: { atLeast: 'high' } }, { field: 'labels.team', equals: 'payments' }] },
          },
        },
      },
    },
    answer: replaySchema,
    run: ({ parameter, body }) => replayRule(deps, parameter('relayId'), body),
  }),
];
