import * as z from 'zod';
import { reasonCodes } from '../../../contract/reason-codes.ts';
import { pauseSwitchSchema } from '../../../domain/decision/pause-switch.ts';
import { nothing, text } from '../fields.ts';
import { pageQuery } from '../page.ts';
import { type Route, route } from '../route.ts';
import { pause, readSwitch, replayPaused, resume, type SwitchDeps, stopRunning } from './switch.ts';

const REASON_CHARACTERS = 500;
const REPLAYED_PER_CALL = 50;

const pauseInput = z.strictObject({ reason: text(REASON_CHARACTERS) });
const replayInput = z.strictObject({ limit: z.int().min(1).max(REPLAYED_PER_CALL).optional() });
/** `cursor`: the `nextCursor` of the call before. */
const stopInput = pageQuery.pick({ cursor: true });
const view = pauseSwitchSchema;

export const switchRoutes = (deps: SwitchDeps): Route[] => [
  route({
    method: 'GET',
    path: '/switch',
    operation: 'getSwitch',
    shared: true,
    summary: 'Whether starts are paused, since when, by whom and why.',
    envelope: 'switch',
    query: nothing,
    body: nothing,
    answer: view,
    run: () => readSwitch(deps),
  }),
  route({
    method: 'POST',
    path: '/switch/pause',
    operation: 'pauseStarts',
    summary: 'Pauses all starts of the stack. Alerts are accepted and decided as `paused`.',
    envelope: 'switch',
    query: nothing,
    body: pauseInput,
    example: { reason: 'Deploying' },
    answer: view,
    run: ({ caller, body }) => pause(deps, caller, body.reason),
  }),
  route({
    method: 'POST',
    path: '/switch/resume',
    operation: 'resumeStarts',
    summary: 'Lets alerts start sessions again. What was paused stays so until it is replayed.',
    envelope: 'switch',
    query: nothing,
    body: nothing,
    answer: view,
    run: ({ caller }) => resume(deps, caller),
  }),
  route({
    method: 'POST',
    path: '/switch/stop',
    operation: 'stopSessions',
    summary:
      'Stops running sessions, newest first, at most 100 per call; `failed` is to be stopped again. `nextCursor` goes on, null at the end.',
    envelope: 'stop',
    query: nothing,
    body: stopInput,
    example: {},
    answer: z.strictObject({ stopped: z.int(), failed: z.int(), nextCursor: z.string().nullable() }),
    run: ({ caller, body }) => stopRunning(deps, caller, body.cursor),
  }),
  route({
    method: 'POST',
    path: '/switch/replay',
    operation: 'replayPaused',
    summary: 'Decides paused alerts anew, oldest first, at most 50 per call; `more` says whether to call again.',
    envelope: 'replay',
    query: nothing,
    body: replayInput,
    example: { limit: REPLAYED_PER_CALL },
    answer: z.strictObject({
      decided: z.partialRecord(z.enum(reasonCodes), z.int()),
      failed: z.int(),
      more: z.boolean(),
    }),
    run: ({ body }) => replayPaused(deps, body.limit ?? REPLAYED_PER_CALL),
  }),
];
