import * as z from 'zod';
import type { Webhook } from '../../../domain/webhook/webhook.ts';
import { nothing, successSchema } from '../fields.ts';
import { ApiRefusal } from '../refusal.ts';
import { each, type Route, route, shown } from '../route.ts';
import { adviceOn, adviceSchema } from './advice.ts';
import { readSamples, sampleViewSchema } from './configuration.ts';
import { rotationInput, type WebhookInput, webhookInput } from './webhook-input.ts';
import { viewFor, webhookView, webhookViewSchema } from './webhook-view.ts';
import {
  createWebhook,
  deleteWebhook,
  getWebhook,
  listWebhooks,
  rotateWebhook,
  updateWebhook,
  type WebhookDeps,
} from './webhooks.ts';

export const webhookRoutes = (deps: WebhookDeps): Route[] => [
  route({
    method: 'POST',
    path: '/relay/{relayId}/webhooks',
    operation: 'createWebhook',
    summary: 'Gives a relay one more webhook, with a key of its own.',
    envelope: 'webhook',
    query: nothing,
    body: webhookInput,
    example: { description: 'Alertmanager, production', provider: 'prometheus' },
    answer: writtenViewSchema,
    run: async ({ parameter, body }) => written(deps, await createWebhook(deps, parameter('relayId'), body), body),
  }),
  route({
    method: 'GET',
    path: '/relay/{relayId}/webhooks',
    operation: 'listWebhooks',
    summary: 'Webhooks of a relay; the key of each ends the address that monitoring posts to.',
    envelope: 'webhooks',
    query: nothing,
    body: nothing,
    answer: z.array(webhookViewSchema),
    run: async ({ parameter, access }) => shown(await listWebhooks(deps, parameter('relayId')), each(viewFor(access))),
  }),
  route({
    method: 'GET',
    path: '/relay/{relayId}/webhooks/{webhookId}',
    operation: 'getWebhook',
    summary: 'One webhook.',
    envelope: 'webhook',
    query: nothing,
    body: nothing,
    answer: webhookViewSchema,
    run: async ({ parameter, access }) => shown(await getWebhook(deps, webhookOf(parameter)), viewFor(access)),
  }),
  route({
    method: 'PATCH',
    path: '/relay/{relayId}/webhooks/{webhookId}',
    operation: 'updateWebhook',
    summary: 'Changes the fields that the body names: pins the provider, describes the webhook, switches it off.',
    envelope: 'webhook',
    query: nothing,
    body: webhookInput,
    example: { provider: 'prometheus' },
    answer: writtenViewSchema,
    run: async ({ parameter, body }) => written(deps, await updateWebhook(deps, webhookOf(parameter), body), body),
  }),
  route({
    method: 'POST',
    path: '/relay/{relayId}/webhooks/{webhookId}/rotate',
    operation: 'rotateWebhook',
    summary:
      'Gives a webhook a new key, which works at once; the old one works on for 24 hours or as long as is asked.',
    envelope: 'webhook',
    query: nothing,
    body: rotationInput,
    example: { overlapHours: 48 },
    answer: webhookViewSchema,
    run: async ({ parameter, body }) => shown(await rotateWebhook(deps, webhookOf(parameter), body), webhookView),
  }),
  route({
    method: 'DELETE',
    path: '/relay/{relayId}/webhooks/{webhookId}',
    operation: 'deleteWebhook',
    summary: 'Closes the address of a webhook for good.',
    query: nothing,
    body: nothing,
    answer: successSchema,
    run: ({ parameter }) => deleteWebhook(deps, webhookOf(parameter)),
  }),
];

const writtenViewSchema = webhookViewSchema.extend({
  advice: z.array(adviceSchema),
  /** What each of the samples becomes. */
  samples: z.array(sampleViewSchema),
});

async function written({ webhooks }: WebhookDeps, webhook: Webhook | ApiRefusal, { samplePayload }: WebhookInput) {
  if (webhook instanceof ApiRefusal) return webhook;
  const advice = await adviceOn(webhooks, webhook);
  return { ...webhookView(webhook), advice, samples: readSamples(webhook, samplePayload) };
}

const webhookOf = (parameter: (name: 'relayId' | 'webhookId') => string) => ({
  relayId: parameter('relayId'),
  id: parameter('webhookId'),
});
