import type { FrontDoor, WebhookSecretReader } from '../ports.ts';
import { loadedOnce } from './loaded-once.ts';

interface DoorSecrets {
  secrets: WebhookSecretReader;
  /** Absent where no header is asked for. */
  front: FrontDoor | undefined;
}

/**
 * The secrets that senders show. What reads them, 13 KB with the client of Secrets Manager, is loaded with the first
 * one: a hook whose address is its only credential has none.
 */
export function connectDoorSecrets(secretPrefix: string, frontHeader: string, frontSecretArn: string): DoorSecrets {
  const reader = loadedOnce(async () => {
    const { connectWebhookSecretReader } = await import('../adapters/secrets/webhook-secrets.ts');
    return connectWebhookSecretReader(secretPrefix);
  });
  const frontDoor = loadedOnce(async () => {
    const { connectFrontDoor } = await import('../adapters/secrets/front-door.ts');
    return connectFrontDoor(frontHeader, frontSecretArn);
  });
  return {
    secrets: { read: async (webhookId, versionId) => (await reader()).read(webhookId, versionId) },
    front:
      frontHeader === '' ? undefined : { admits: async (headers) => (await frontDoor())?.admits(headers) ?? false },
  };
}
