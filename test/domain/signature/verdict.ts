import { HookRefusal } from '../../../functions/domain/intake/refusal.ts';
import type { WebhookAuth, WebhookSecret } from '../../../functions/domain/signature/auth.ts';
import { type Verified, verify } from '../../../functions/domain/signature/verify.ts';
import { BASE64_SECRET, bodies, SECRET, type SignedScheme, TIME } from './vectors.ts';

export const signedAt = new Date(Number(TIME) * 1_000);
export const authOf = (scheme: WebhookAuth['scheme'], settings: Partial<WebhookAuth> = {}): WebhookAuth => ({
  versions: [{ id: 'version-1', secrets: 1 }],
  ...settings,
  scheme,
});
export const secretOf = (scheme: string): WebhookSecret => ({
  secrets: [scheme === 'standard_webhooks' ? BASE64_SECRET : SECRET],
});
const bytes = (text: string) => new TextEncoder().encode(text);

interface Changes {
  body?: string;
  now?: Date;
  /** Where they are not the one that the vectors are made with. */
  secrets?: WebhookSecret[];
}

/** The code of the refusal, or `verified`. */
export const verdictOf = (
  auth: WebhookAuth,
  headers: Record<string, string>,
  { body = bodies.plain, now = signedAt, secrets = [secretOf(auth.scheme)] }: Changes = {},
): string => {
  const verdict = verify(auth, secrets, { headers, body: bytes(body) }, now);
  return verdict instanceof HookRefusal ? verdict.code : 'verified';
};
export const later = (seconds: number) => new Date(signedAt.getTime() + seconds * 1_000);
const verifiedOf = (scheme: SignedScheme, headers: Record<string, string>, body: string): Verified => {
  const verdict = verify(authOf(scheme), [secretOf(scheme)], { headers, body: bytes(body) }, signedAt);
  if (verdict instanceof HookRefusal) throw new Error(verdict.code);
  return verdict;
};
/** What a repeat of the delivery is told by. */
export const keyOf = (scheme: SignedScheme, headers: Record<string, string>, body: string = bodies.plain) =>
  verifiedOf(scheme, headers, body).deliveryKey;
/** What a copy of the signed delivery is told by. */
export const copyOf = (scheme: SignedScheme, headers: Record<string, string>, body: string = bodies.plain) =>
  verifiedOf(scheme, headers, body).copyKey;
