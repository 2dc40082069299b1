import { describe, expect, test } from 'vitest';
import { liveVersions, type WebhookAuth } from '../../../functions/domain/signature/auth.ts';
import { replayGuardOf } from '../../../functions/domain/signature/schemes.ts';
import { BASE64_SECRET, type BodyName, bodies, headersOf, signatures, signedSchemes, variants } from './vectors.ts';
import { authOf, copyOf, keyOf, later, secretOf, verdictOf } from './verdict.ts';

describe.each(Object.keys(bodies) as BodyName[])('a signed body, %s', (name) => {
  const body = bodies[name];

  test.each(signedSchemes)('%s', (scheme) => {
    expect(verdictOf(authOf(scheme), headersOf[scheme](signatures[name]), { body })).toBe('verified');
  });

  test.each(variants)('%s', (_, settings, headers) => {
    const auth = authOf(settings.scheme ?? 'grafana', settings);
    expect(verdictOf(auth, headers(signatures[name]), { body })).toBe('verified');
  });
});

describe('what others have published', () => {
  test.each<
    [source: string, WebhookAuth['scheme'], secret: string, body: string, headers: Record<string, string>, at: number]
  >([
    [
      'GitHub, validating webhook deliveries',
      'github',
      "It's a Secret to Everybody",
      'Hello, World!',
      { 'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17' },
      0,
    ],
    [
      'Svix, verifying webhooks manually',
      'standard_webhooks',
      'whsec_plJ3nmyCDGBKInavdOK15jsl',
      '{"event_type":"ping","data":{"success":true}}',
      {
        'svix-id': 'msg_loFOjxBNrRLzqYUf',
        'svix-timestamp': '1731705121',
        'svix-signature': 'v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=',
      },
      1_731_705_121,
    ],
    [
      'Standard Webhooks, its libraries',
      'standard_webhooks',
      BASE64_SECRET,
      '{"test": 2432232314}',
      {
        'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        'webhook-timestamp': '1614265330',
        'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
      },
      1_614_265_330,
    ],
  ])('%s', (_, scheme, secret, body, headers, at) => {
    const changes = { body, now: new Date(at * 1_000), secrets: [{ secrets: [secret] }] };
    expect(verdictOf(authOf(scheme), headers, changes)).toBe('verified');
  });
});

describe.each(signedSchemes)('%s', (scheme) => {
  const auth = authOf(scheme);
  const headers = headersOf[scheme](signatures.plain);

  test('the body of another delivery is refused', () => {
    expect(verdictOf(auth, headers, { body: bodies.crlf })).toBe('bad_signature');
    expect(verdictOf(auth, headers, { body: `${bodies.plain}\n` })).toBe('bad_signature');
  });

  test('another secret is refused, and so is none', () => {
    expect(verdictOf(auth, headers, { secrets: [{ secrets: ['whsec_AAAABBBBCCCC'] }] })).toBe('bad_signature');
    expect(verdictOf(auth, headers, { secrets: [] })).toBe('bad_signature');
  });

  test('any of several live secrets is taken, wherever it stands', () => {
    const other = 'whsec_AAAABBBBCCCC';
    const { secrets } = secretOf(scheme);
    expect(verdictOf(auth, headers, { secrets: [{ secrets: [other, ...secrets] }] })).toBe('verified');
    expect(verdictOf(auth, headers, { secrets: [{ secrets: [other] }, { secrets }] })).toBe('verified');
  });

  test('without its signature a delivery is refused as unsigned', () => {
    expect(verdictOf(auth, {})).toBe('missing_signature');
    const blank = Object.fromEntries(Object.keys(headers).map((name) => [name, ' ']));
    expect(verdictOf(auth, blank)).toBe('missing_signature');
  });
});

describe('the time of sending', () => {
  const timed = signedSchemes.filter((scheme) => replayGuardOf(authOf(scheme)) === 'window');

  test('is signed in these schemes', () => {
    expect(timed).toEqual(['standard_webhooks', 'timestamp_body', 'rootly', 'slack']);
  });

  test.each([...timed, 'sentry' as const])('%s: five minutes either way', (scheme) => {
    const headers = headersOf[scheme](signatures.plain);
    for (const seconds of [-300, 0, 300]) {
      expect(verdictOf(authOf(scheme), headers, { now: later(seconds) })).toBe('verified');
    }
    for (const seconds of [-301, 301]) {
      expect(verdictOf(authOf(scheme), headers, { now: later(seconds) })).toBe('stale_timestamp');
    }
  });

  test('the window may be another one', () => {
    const auth = authOf('slack', { toleranceSeconds: 10 });
    expect(verdictOf(auth, headersOf.slack(signatures.plain), { now: later(11) })).toBe('stale_timestamp');
  });

  test('is missed where it is signed', () => {
    const { plain } = signatures;
    expect(verdictOf(authOf('rootly'), { 'x-rootly-signature': `v1=${plain.timeBody}` })).toBe('missing_signature');
    expect(verdictOf(authOf('slack'), { 'x-slack-signature': `v0=${plain.v0}` })).toBe('missing_signature');
    const auth = authOf('grafana', { timestampHeader: 'x-time' });
    expect(verdictOf(auth, headersOf.grafana(plain))).toBe('missing_signature');
  });
});

describe('a repeat', () => {
  test('has the key of its delivery where the time is not signed', () => {
    for (const scheme of ['sentry', 'pagerduty', 'github'] as const) {
      const headers = headersOf[scheme](signatures.plain);
      expect(replayGuardOf(authOf(scheme))).toBe('memory');
      expect(keyOf(scheme, headers)).toMatch(/^[0-9a-f]{64}$/);
      expect(keyOf(scheme, { ...headers, 'user-agent': 'again' })).toBe(keyOf(scheme, headers));
      expect(keyOf(scheme, headersOf[scheme](signatures.crlf), bodies.crlf)).not.toBe(keyOf(scheme, headers));
    }
  });

  test('of PagerDuty is told by the signed body: no header makes it another delivery', () => {
    const headers = headersOf.pagerduty(signatures.plain);
    expect(keyOf('pagerduty', { ...headers, 'x-webhook-id': 'w-2' })).toBe(keyOf('pagerduty', headers));
  });

  test('is another delivery of Sentry and GitHub under another id: their bodies may honestly be the same', () => {
    const { plain } = signatures;
    expect(keyOf('sentry', { ...headersOf.sentry(plain), 'request-id': 'r-2' })).not.toBe(
      keyOf('sentry', headersOf.sentry(plain)),
    );
    expect(keyOf('github', { ...headersOf.github(plain), 'x-github-delivery': 'd-2' })).not.toBe(
      keyOf('github', headersOf.github(plain)),
    );
  });

  test('has the key of what was signed where the time is, by the signed id if there is one', () => {
    const { plain } = signatures;
    const slack = copyOf('slack', headersOf.slack(plain));
    expect(slack).toMatch(/^[0-9a-f]{64}$/);
    expect(copyOf('slack', { ...headersOf.slack(plain), 'user-agent': 'again' })).toBe(slack);
    expect(copyOf('timestamp_body', headersOf.timestamp_body(plain))).toBe(slack);
    expect(copyOf('slack', headersOf.slack(signatures.crlf), bodies.crlf)).not.toBe(slack);
    const byId = copyOf('standard_webhooks', headersOf.standard_webhooks(plain));
    expect(byId).toMatch(/^[0-9a-f]{64}$/);
    expect(byId).not.toBe(slack);
    expect(copyOf('pagerduty', headersOf.pagerduty(plain))).toBeUndefined();
  });

  test('cannot be told without an id, and has none of its own where the time is signed', () => {
    const { plain } = signatures;
    expect(keyOf('github', { 'x-hub-signature-256': `sha256=${plain.body}` })).toBeUndefined();
    expect(keyOf('grafana', headersOf.grafana(plain))).toBeUndefined();
    expect(keyOf('slack', headersOf.slack(plain))).toBeUndefined();
    expect(replayGuardOf(authOf('grafana'))).toBe('none');
    expect(replayGuardOf(authOf('grafana', { timestampHeader: 'x-time' }))).toBe('window');
    expect(replayGuardOf(authOf('bearer'))).toBe('none');
  });
});

test('versions of a secret are live until they are said to end, and not at that moment', () => {
  const current = { id: 'b', secrets: 1 };
  const replaced = { id: 'a', secrets: 1, validUntil: later(60).toISOString() };
  const auth = authOf('github', { versions: [current, replaced] });
  expect(liveVersions(auth, later(59))).toEqual([current, replaced]);
  expect(liveVersions(auth, later(60))).toEqual([current]);
});
