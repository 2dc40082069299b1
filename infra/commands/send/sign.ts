import { createHmac, randomUUID } from 'node:crypto';

/** The schemes that a webhook's `auth` knows, by the same names. */
export const schemes = [
  'sentry',
  'pagerduty',
  'grafana',
  'standard_webhooks',
  'github',
  'timestamp_body',
  'rootly',
  'slack',
  'basic',
  'bearer',
  'header',
] as const;
export type Scheme = (typeof schemes)[number];

export interface Signer {
  scheme: Scheme;
  secret: string;
  /** Of Basic auth. */
  username?: string | undefined;
  /** Header of the signature or secret, where the webhook names one. */
  header?: string | undefined;
  /** Header of the signed time, where the webhook names one. */
  timestampHeader?: string | undefined;
}

/** What a provider's own product signs with; `bearer` where it can send a header and no signature. */
export const schemeOf = (provider: string): Scheme =>
  schemes.find((scheme) => scheme === provider) ??
  (provider === 'generic' || provider === 'custom' ? 'standard_webhooks' : 'bearer');

/**
 * The headers by which a sender proves itself, from the providers' manuals. Written apart from the verifier, as a
 * sender is: that the one takes what the other makes is tested.
 */
export function signatureHeaders(signer: Signer, body: string, now: Date): Record<string, string> {
  const { scheme, secret, username = '', header, timestampHeader } = signer;
  const seconds = String(Math.floor(now.getTime() / 1_000));
  const hex = (text: string) => createHmac('sha256', secret).update(text).digest('hex');
  const named = (preset: string, value: string, more: Record<string, string> = {}) => ({
    [header ?? preset]: value,
    ...more,
  });
  if (timestampHeader !== undefined && (scheme === 'grafana' || scheme === 'timestamp_body')) {
    const signature = createHmac('sha256', secret).update(`${seconds}:${body}`);
    const preset = scheme === 'grafana' ? 'x-grafana-alerting-signature' : 'x-amzn-event-signature';
    return named(preset, signature.digest(scheme === 'grafana' ? 'hex' : 'base64'), { [timestampHeader]: seconds });
  }
  switch (scheme) {
    case 'sentry':
      return named('sentry-hook-signature', hex(body), { 'sentry-hook-timestamp': seconds });
    case 'pagerduty':
      return named('x-pagerduty-signature', `v1=${hex(body)}`);
    case 'grafana':
      return named('x-grafana-alerting-signature', hex(body));
    case 'standard_webhooks': {
      const id = `msg_${randomUUID()}`;
      const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
      const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
      return named('webhook-signature', `v1,${signature}`, { 'webhook-id': id, 'webhook-timestamp': seconds });
    }
    case 'github':
      return named('x-hub-signature-256', `sha256=${hex(body)}`, { 'x-github-delivery': randomUUID() });
    case 'timestamp_body': {
      const time = now.toISOString();
      const signature = createHmac('sha256', secret).update(`${time}:${body}`).digest('base64');
      return named('x-amzn-event-signature', signature, { 'x-amzn-event-timestamp': time });
    }
    case 'rootly':
      return named('x-rootly-signature', `t=${seconds},v1=${hex(`${seconds}${body}`)}`);
    case 'slack':
      return named('x-slack-signature', `v0=${hex(`v0:${seconds}:${body}`)}`, { 'x-slack-request-timestamp': seconds });
    case 'basic':
      return { authorization: `Basic ${Buffer.from(`${username}:${secret}`).toString('base64')}` };
    case 'bearer':
      return { authorization: `Bearer ${secret}` };
    case 'header':
      return named('x-webhook-secret', secret);
  }
}
