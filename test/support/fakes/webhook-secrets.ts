import type { WebhookSecret } from '../../../functions/domain/signature/auth.ts';
import type { DeliveryMemory, WebhookSecretReader, WebhookSecretWriter } from '../../../functions/ports.ts';

/** Secrets by webhook and version, as `wh_1/version`. */
export function fakeWebhookSecrets(
  given: Record<string, WebhookSecret> = {},
): WebhookSecretReader & WebhookSecretWriter & { secrets: Map<string, WebhookSecret> } {
  const secrets = new Map(Object.entries(given));
  return {
    secrets,
    read: async (webhookId, versionId) => secrets.get(`${webhookId}/${versionId}`),
    write: async (webhookId, versionId, secret) => void secrets.set(`${webhookId}/${versionId}`, secret),
    async remove(webhookId) {
      for (const name of secrets.keys()) if (name.startsWith(`${webhookId}/`)) secrets.delete(name);
    },
  };
}

export function fakeMemory(): DeliveryMemory & { remembered: Set<string> } {
  const remembered = new Set<string>();
  return {
    remembered,
    has: async (deliveryId) => remembered.has(deliveryId),
    remember: async (deliveryId) => void remembered.add(deliveryId),
  };
}
