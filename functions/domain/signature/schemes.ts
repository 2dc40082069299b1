import type { WebhookAuth } from './auth.ts';

/** How a sender signs, as data: one verifier reads them all. Header names are in lower case. */
export interface Signing {
  /** What holds the signatures. Of several names the first that was sent is read. */
  headers: readonly string[];
  /** Between the signatures, where a header may hold several. */
  separator?: string;
  /** Before each signature. What begins otherwise is no signature. */
  prefix: string;
  encoding: 'hex' | 'base64';
  /** The signed text: these parts, joined. A word in capitals stands for itself, in small letters. */
  parts: readonly ('V0' | 'id' | 'timestamp' | 'body')[];
  joint: string;
  idHeaders?: readonly string[];
  /** Where the time of sending stands: in a header, or in the signature's header behind `t=`. */
  timestampHeaders?: readonly string[];
  timestampPrefix?: string;
  /** `base64`: the secret is the base64 text of the key, after `whsec_`. */
  key: 'text' | 'base64';
  /**
   * What tells one delivery from another where no time is signed: the body alone, if a signed id stands in it, or the
   * body and a header.
   */
  delivery?: 'body' | readonly string[];
}

type SignatureScheme = Exclude<WebhookAuth['scheme'], 'basic' | 'bearer' | 'header'>;

const overBody = { parts: ['body'], joint: '', key: 'text' } as const;

/** Sources: each provider's documentation; the AWS row is what AWS DevOps Agent sends and takes. */
const presets: Record<SignatureScheme, Signing> = {
  // Sentry's time and id are outside the signed text: they stop a stray repeat, not one who can write headers.
  sentry: {
    ...overBody,
    headers: ['sentry-hook-signature'],
    prefix: '',
    encoding: 'hex',
    timestampHeaders: ['sentry-hook-timestamp'],
    delivery: ['request-id'],
  },
  // Every body holds the id of its event, so the same bytes are the same delivery.
  pagerduty: {
    ...overBody,
    headers: ['x-pagerduty-signature'],
    separator: ',',
    prefix: 'v1=',
    encoding: 'hex',
    delivery: 'body',
  },
  grafana: { ...overBody, headers: ['x-grafana-alerting-signature'], prefix: '', encoding: 'hex' },
  standard_webhooks: {
    headers: ['webhook-signature', 'svix-signature'],
    separator: ' ',
    prefix: 'v1,',
    encoding: 'base64',
    parts: ['id', 'timestamp', 'body'],
    joint: '.',
    idHeaders: ['webhook-id', 'svix-id'],
    timestampHeaders: ['webhook-timestamp', 'svix-timestamp'],
    key: 'base64',
  },
  github: {
    ...overBody,
    headers: ['x-hub-signature-256', 'x-webhook-signature'],
    prefix: 'sha256=',
    encoding: 'hex',
    delivery: ['x-github-delivery'],
  },
  timestamp_body: {
    headers: ['x-amzn-event-signature'],
    prefix: '',
    encoding: 'base64',
    parts: ['timestamp', 'body'],
    joint: ':',
    timestampHeaders: ['x-amzn-event-timestamp'],
    key: 'text',
  },
  rootly: {
    headers: ['x-rootly-signature'],
    separator: ',',
    prefix: 'v1=',
    encoding: 'hex',
    parts: ['timestamp', 'body'],
    joint: '',
    timestampPrefix: 't=',
    key: 'text',
  },
  slack: {
    headers: ['x-slack-signature'],
    prefix: 'v0=',
    encoding: 'hex',
    parts: ['V0', 'timestamp', 'body'],
    joint: ':',
    timestampHeaders: ['x-slack-request-timestamp'],
    key: 'text',
  },
};

/** The preset with what the webhook sets otherwise. With a header for the time, Grafana signs `time:body`. */
export function signingOf(auth: WebhookAuth & { scheme: SignatureScheme }): Signing {
  const preset = presets[auth.scheme];
  return {
    ...preset,
    ...(auth.header !== undefined && { headers: [auth.header] }),
    ...(auth.encoding !== undefined && { encoding: auth.encoding }),
    ...(auth.timestampHeader !== undefined && {
      timestampHeaders: [auth.timestampHeader],
      parts: ['timestamp', 'body'],
      joint: ':',
    }),
    ...(auth.deliveryHeader !== undefined && { delivery: [auth.deliveryHeader] }),
  };
}

/** What keeps a delivery that somebody has recorded from being taken again. */
export function replayGuardOf(auth: WebhookAuth): 'window' | 'memory' | 'none' {
  if (!isSigned(auth)) return 'none';
  const { parts, delivery } = signingOf(auth);
  if (parts.includes('timestamp')) return 'window';
  return delivery === undefined ? 'none' : 'memory';
}

/** False where the sender shows the secret itself. */
export const isSigned = (auth: WebhookAuth): auth is WebhookAuth & { scheme: SignatureScheme } =>
  auth.scheme !== 'basic' && auth.scheme !== 'bearer' && auth.scheme !== 'header';
