import * as z from 'zod';
import { nothing, text } from '../fields.ts';
import { each, type Route, route, shown } from '../route.ts';
import { responderView, responderViewSchema } from './responder-view.ts';
import { listResponders, onIt, type ResponderDeps, responderChange, updateResponder } from './responders.ts';

/** Absent: the caller. */
export const someone = z.strictObject({ userId: text().optional() });

export const responderRoutes = (deps: ResponderDeps): Route[] => [
  route({
    method: 'GET',
    path: '/alerts/{alertId}/responders',
    operation: 'listResponders',
    summary: 'People and agents at an alert, in the order of joining.',
    envelope: 'responders',
    query: nothing,
    body: nothing,
    answer: z.array(responderViewSchema),
    run: async ({ parameter }) => shown(await listResponders(deps, parameter('alertId')), each(responderView)),
  }),
  route({
    method: 'POST',
    path: '/alerts/{alertId}/on-it',
    operation: 'joinAlert',
    summary: 'A member, or the caller, is on it; that acknowledges the alert. Repeated, it changes nothing.',
    envelope: 'responder',
    query: nothing,
    body: someone,
    example: {},
    answer: responderViewSchema,
    run: async ({ parameter, body: { userId }, caller }) =>
      shown(await onIt(deps, parameter('alertId'), { userId, caller }), responderView),
  }),
  route({
    method: 'PATCH',
    path: '/alerts/{alertId}/responders/{responderId}',
    operation: 'updateResponder',
    summary: 'A member is done, or drops it. If the last one on it drops it, the alert is not acknowledged any more.',
    envelope: 'responder',
    query: nothing,
    body: responderChange,
    example: { status: 'done', prUrl: 'https://git.example.com/shop/pull/42' },
    answer: responderViewSchema,
    run: async ({ parameter, body }) =>
      shown(
        await updateResponder(deps, { alertId: parameter('alertId'), id: parameter('responderId') }, body),
        responderView,
      ),
  }),
];
