import type { WebhookSecret } from '../../../functions/domain/signature/auth.ts';
import type { DeliveryMemory, WebhookSecretReader, WebhookSecretWriter } from '../../../functions/ports.ts';
import { late } from './late.ts';

/** Secrets by webhook and version, as `wh_1/version`. */
export function fakeWebhookSecrets(
  given: Record<string, WebhookSecret> = {},
): WebhookSecretReader & WebhookSecretWriter & { secrets: Map<string, WebhookSecret> } {
  const secrets = new Map(Object.entries(given));
  return late({
    secrets,
    read: async (webhookId: string, versionId: string) => secrets.get(`${webhookId}/${versionId}`),
    write: async (webhookId: string, versionId: string, secret: WebhookSecret) =>
      void secrets.set(`${webhookId}/${versionId}`, secret),
    async remove(webhookId: string) {
      for (const name of secrets.keys()) if (name.startsWith(`${webhookId}/`)) secrets.delete(name);
    },
  });
}

export function fakeMemory(): DeliveryMemory & { remembered: Set<string> } {
  const remembered = new Set<string>();
  return late({
    remembered,
    has: async (deliveryId: string) => remembered.has(deliveryId),
    remember: async (deliveryId: string) => void remembered.add(deliveryId),
  });
}
