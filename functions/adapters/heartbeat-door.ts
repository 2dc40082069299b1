import type { HeartbeatDoor } from '../ports.ts';
import { secretsManagerClient, secretValues } from './clients/secrets-manager.ts';

/** Less than the function may run: what waits so long is an answer too. */
const PATIENCE_MS = 20_000;

interface DoorSettings {
  hooksUrl: string;
  keySecretArn: string;
  /** Header that requests of the HTTP API have to carry, and the secret with its value; or empty. */
  front: { header: string; secretArn: string };
}

/** The hooks as senders reach them. Secrets are read each time: a beat is rare, and is to meet a new one at once. */
export function connectHeartbeatDoor(
  { hooksUrl, keySecretArn, front }: DoorSettings,
  client = secretsManagerClient(),
): HeartbeatDoor {
  async function firstOf(SecretId: string): Promise<string> {
    // Of the front's values the first is the one that is valid from now on.
    const [first] = await secretValues(client, SecretId, 'A secret of the heartbeat');
    return first;
  }

  return {
    key: () => firstOf(keySecretArn),

    async post(key, body) {
      const shown = front.header === '' ? {} : { [front.header]: await firstOf(front.secretArn) };
      const answer = await fetch(`${hooksUrl}/${key}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...shown },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      await answer.arrayBuffer();
      return answer.status;
    },
  };
}
