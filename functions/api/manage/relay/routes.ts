import * as z from 'zod';
import { nothing, successSchema } from '../fields.ts';
import { type Route, route, shown } from '../route.ts';
import { relayView, relayViewSchema } from './relay-view.ts';
import { createRelay, deleteRelay, getRelay, type RelayDeps, relayChange, relayInput, updateRelay } from './relays.ts';

export const relayRoutes = (deps: RelayDeps): Route[] => [
  route({
    method: 'POST',
    path: '/relay',
    operation: 'createRelay',
    summary: 'Makes a relay with its first webhook, or updates the relay of the same external key.',
    envelope: 'relay',
    query: nothing,
    body: relayInput,
    example: { name: 'Checkout', description: 'Shop, team Payments', externalKey: 'checkout' },
    answer: relayViewSchema,
    run: async ({ body, caller }) => shown(await createRelay(deps, body, caller), relayView),
  }),
  route({
    method: 'GET',
    path: '/relay',
    operation: 'listRelays',
    summary: 'All relays, oldest first.',
    shared: true,
    envelope: 'relays',
    query: nothing,
    body: nothing,
    answer: z.array(relayViewSchema),
    run: async ({ access: { relayId } }) =>
      (await deps.relays.list()).filter(({ id }) => relayId === null || id === relayId).map(relayView),
  }),
  route({
    method: 'GET',
    path: '/relay/{relayId}',
    operation: 'getRelay',
    summary: 'One relay.',
    envelope: 'relay',
    query: nothing,
    body: nothing,
    answer: relayViewSchema,
    run: async ({ parameter }) => shown(await getRelay(deps, parameter('relayId')), relayView),
  }),
  route({
    method: 'PUT',
    path: '/relay/{relayId}',
    operation: 'updateRelay',
    summary: 'Changes the fields that the body names.',
    envelope: 'relay',
    query: nothing,
    body: relayChange,
    example: { description: 'Shop, team Payments' },
    answer: relayViewSchema,
    run: async ({ parameter, body }) => shown(await updateRelay(deps, parameter('relayId'), body), relayView),
  }),
  route({
    method: 'DELETE',
    path: '/relay/{relayId}',
    operation: 'deleteRelay',
    needs: 'admin',
    summary: 'Takes a relay out, with its hooks and its rules; its alerts stay.',
    query: nothing,
    body: nothing,
    answer: successSchema,
    run: ({ parameter, caller }) => deleteRelay(deps, parameter('relayId'), caller),
  }),
];
