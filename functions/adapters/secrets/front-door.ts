import { HookRefusal } from '../../domain/intake/refusal.ts';
import { verifyShown } from '../../domain/signature/shown.ts';
import type { FrontDoor } from '../../ports.ts';
import { secretsManagerClient, secretValues } from '../clients/secrets-manager.ts';

const KEPT_MS = 300_000;

/**
 * The header that what stands before the API (CloudFront with WAF) adds to each request, so that nobody goes around it.
 * The secret holds its values, separated by white space: the next one beside the current one while they change. Cached
 * per container for minutes. Undefined where no header is asked for.
 */
export function connectFrontDoor(
  header: string,
  secretArn: string,
  client = secretsManagerClient(),
  now: () => number = Date.now,
): FrontDoor | undefined {
  if (header === '') return undefined;
  let cached: { secrets: string[]; until: number } | undefined;

  async function secretsOf(): Promise<string[]> {
    if (cached && cached.until > now()) return cached.secrets;
    const secrets = await secretValues(client, secretArn, 'The secret of the front door');
    cached = { secrets, until: now() + KEPT_MS };
    return secrets;
  }

  return {
    async admits(headers) {
      const given = Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
      const secrets = [{ secrets: await secretsOf() }];
      return !(verifyShown({ scheme: 'header', header }, secrets, Object.fromEntries(given)) instanceof HookRefusal);
    },
  };
}
