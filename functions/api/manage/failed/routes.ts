import * as z from 'zod';
import { isGreen, outcomes } from '../../../contract/outcomes.ts';
import { reasonCodes } from '../../../contract/reason-codes.ts';
import { exampleIds } from '../examples.ts';
import { nothing } from '../fields.ts';
import { pageQuery, pageSchema } from '../page.ts';
import { type Route, route, shown } from '../route.ts';
import { since } from '../since.ts';
import { type FailedDeps, listFailed, replayFailed } from './failed.ts';

const REPLAYED_PER_CALL = 50;

/** Everything but results, and what somebody has stopped. */
const replayable = [
  ...outcomes.filter((outcome) => !isGreen(outcome) && outcome !== 'cancelled'),
  'storm_failed' as const,
];
const outcomeSchema = z.enum(replayable);

const query = z.strictObject({
  since: since.prefault('24h'),
  /** Comma-separated; by default what repeats of the alerts would take up by themselves. */
  outcomes: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(outcomeSchema))
    .optional(),
  cursor: pageQuery.shape.cursor,
});

const body = z.strictObject({
  alerts: z
    .array(z.strictObject({ alertId: z.string(), ruleId: z.string() }))
    .min(1)
    .max(REPLAYED_PER_CALL),
  outcomes: z.array(outcomeSchema).min(1).optional(),
});

const failedSchema = z.strictObject({
  alertId: z.string(),
  title: z.string(),
  receivedAt: z.string(),
  ruleId: z.string(),
  outcome: z.string(),
  jobId: z.string().nullable(),
  endedAt: z.string(),
});

export const failedRoutes = (deps: FailedDeps): Route[] => [
  route({
    method: 'GET',
    path: '/relay/{relayId}/failed',
    operation: 'listFailed',
    summary:
      'Open alerts whose sessions or storms came to nothing, newest first. `nextCursor` goes on, null at the end.',
    query,
    body: nothing,
    answer: pageSchema('failed', failedSchema),
    run: async ({ parameter, query: { cursor: before, ...wanted } }) =>
      shown(await listFailed(deps, parameter('relayId'), { ...wanted, before }), ({ failed, nextCursor }) => ({
        failed: failed.map(({ alert, work }) => ({
          alertId: alert.id,
          title: alert.title,
          receivedAt: alert.createdAt,
          ruleId: work.ruleId,
          outcome: work.outcome,
          jobId: work.jobId ?? null,
          endedAt: work.endedAt,
        })),
        nextCursor,
      })),
  }),
  route({
    method: 'POST',
    path: '/relay/{relayId}/failed/replay',
    operation: 'replayFailed',
    summary: 'Tries failed work on alerts again, in the order given, within storm control, budgets and titles.',
    envelope: 'replay',
    query: nothing,
    body,
    example: { alerts: [{ alertId: exampleIds.alertId, ruleId: exampleIds.ruleId }] },
    answer: z.strictObject({
      decided: z.partialRecord(z.enum(reasonCodes), z.int()),
      left: z.int(),
      failed: z.int(),
    }),
    run: ({ parameter, body: { alerts: targets, outcomes: wanted }, caller }) =>
      replayFailed(deps, parameter('relayId'), { targets, outcomes: wanted, caller }),
  }),
];
