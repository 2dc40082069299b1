import type { HookRequest } from '../../domain/intake/receipt.ts';
import type { HookRefusal } from '../../domain/intake/refusal.ts';
import { liveVersions, type WebhookSecret } from '../../domain/signature/auth.ts';
import { type Verified, verify } from '../../domain/signature/verify.ts';
import type { Webhook } from '../../domain/webhook/webhook.ts';
import type { WebhookSecretReader } from '../../ports.ts';

/**
 * Verifies the second credential of a delivery, where its webhook asks for one; without, nothing is read. Fails closed:
 * throws where the current secret cannot be read, so that the sender tries again.
 */
export async function authenticate(
  secrets: WebhookSecretReader,
  { id, auth }: Webhook,
  request: HookRequest,
  now: Date,
): Promise<Verified | HookRefusal> {
  if (!auth) return {};
  const [current, ...replaced] = await Promise.all(
    liveVersions(auth, now).map((version) => secrets.read(id, version.id)),
  );
  if (!current)
    throw new Error(`The current secret of webhook ${id} is not there. Set it again with the management API.`);
  return verify(auth, [current, ...replaced.filter(isThere)], request, now);
}

/** What was replaced may be tidied away before its time: fewer secrets are accepted then, never more. */
const isThere = (secret: WebhookSecret | undefined): secret is WebhookSecret => secret !== undefined;
