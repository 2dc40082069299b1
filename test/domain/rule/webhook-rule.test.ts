import { describe, expect, test } from 'vitest';
import { webhookConfigSchema } from '../../../functions/domain/rule/webhook-rule.ts';

const endpoint = 'https://hooks.example.com/alerts';

/** Of a config with these changes: what is wrong with it, as `field: message`. */
const problemsOf = (changes: object): string[] => {
  const parsed = webhookConfigSchema.safeParse({ endpoint, ...changes });
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
};

describe('a config that fits comes back as it was sent', () => {
  const configs: object[] = [
    { endpoint },
    { endpoint: 'http://chat.internal.corp:8080/hooks/oncall?team=web&to=%23a' },
    { endpoint: 'https://[2001:db8::1]/' },
    { endpoint, method: 'GET', headers: { 'x-team': 'checkout', Accept: 'application/json', 'x-empty': '' } },
    { endpoint, method: 'DELETE', payload: { id: '{{alert.id}}' } },
    { endpoint, payload: {}, timeout: 1_000 },
    { endpoint, payload: { a: [1, null, true, { b: 'Braces { and } alone.' }] }, timeout: 300_000 },
    { endpoint, config: { match: { severity: { atLeast: 'high' } } } },
  ];
  test.each(configs)('%j', (config) => expect(webhookConfigSchema.parse(config)).toEqual(config));
});

describe('an endpoint is refused', () => {
  const cases: [endpoint: unknown, problem: RegExp][] = [
    [undefined, /^endpoint: /],
    ['hooks.example.com/alerts', /must be a URL such as https:/],
    ['https://hooks.example.com/a b', /must be a URL/],
    ['https:\\\\hooks.example.com', /must be a URL/],
    ['ftp://hooks.example.com/', /must start with https:\/\/ or http:\/\//],
    ['file:///etc/passwd', /must start with https/],
    ['https://user:word@hooks.example.com/', /user name or password: have the receiver check/],
    ['https://hooks.example.com/#part', /must not carry a fragment/],
    ['https://hooks.example.com/#', /must not carry a fragment/],
    ['https://{{alert.source}}.example.com/', /an alert must not choose where a call goes/],
    ['https://hooks.example.com/?title={{alert.title}}', /put them into the payload/],
    [`https://hooks.example.com/${'x'.repeat(2_048)}`, /2048 characters at most/],
  ];
  test.each(cases)('%s', (given, problem) => {
    expect(problemsOf({ endpoint: given })).toEqual([expect.stringMatching(problem)]);
  });
});

describe('headers are refused', () => {
  const credential = /rules are readable: have the receiver check the header webhook-signature$/;
  const cases: [headers: Record<string, string>, problem: RegExp][] = [
    [{ Authorization: 'x' }, credential],
    [{ 'proxy-authorization': 'x' }, credential],
    [{ Cookie: 'x' }, credential],
    [{ 'X-Api-Key': 'x' }, credential],
    [{ 'x-auth-token': 'x' }, credential],
    [{ 'PRIVATE-TOKEN': 'x' }, credential],
    [{ 'x-client-secret': 'x' }, credential],
    [{ 'x-login': 'Bearer x' }, credential],
    [{ 'webhook-signature': 'x' }, /is set by the call itself/],
    [{ 'Webhook-Id': 'x' }, /is set by the call itself/],
    [{ Host: 'elsewhere.example.com' }, /is set by the call itself/],
    [{ 'content-length': '0' }, /is set by the call itself/],
    [{ 'Transfer-Encoding': 'chunked' }, /is set by the call itself/],
    [{ connection: 'close' }, /is set by the call itself/],
    [{ 'x team': 'a' }, /must be the name of a header/],
    [{ '': 'a' }, /must be the name of a header/],
    [{ 'x-team': 'a\r\nx-more: b' }, /must be visible ASCII/],
    [{ 'x-team': 'Größe' }, /must be visible ASCII/],
    [{ 'x-team': ' a' }, /must be visible ASCII/],
    [{ 'x-title': '{{alert.title}}' }, /put them into the payload/],
    [{ 'x-team': 'a'.repeat(1_025) }, /1024 characters at most/],
    [{ 'x-team': 'a', 'X-Team': 'b' }, /is named twice/],
  ];
  test.each(cases)('%j', (headers, problem) => {
    const name = Object.keys(headers).at(-1);
    const [found = '', ...others] = problemsOf({ headers });
    expect(others).toEqual([]);
    expect(found.startsWith(`headers.${name}: `)).toBe(true);
    expect(found).toMatch(problem);
  });

  test('beyond 20', () => {
    const headers = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`x-${at}`, 'a']));
    expect(problemsOf({ headers: headers(20) })).toEqual([]);
    expect(problemsOf({ headers: headers(21) })).toEqual(['headers: must be 20 headers at most']);
  });
});

describe('anything else that does not fit is refused', () => {
  const cases: [changes: object, problem: RegExp][] = [
    [{ method: 'HEAD' }, /^method: /],
    [{ method: 'GET', payload: {} }, /^payload: must be left out, for a GET has no body: use POST$/],
    [{ timeout: 999 }, /^timeout: /],
    [{ timeout: 300_001 }, /^timeout: /],
    [{ payload: [] }, /^payload: /],
    [{ payload: { a: ['{{alert.titel}}'] } }, /^payload\.a\.0: .* did you mean \{\{alert\.title\}\}\?$/],
    [{ config: { match: { color: 'red' } } }, /^config\.match/],
    [{ config: { priority: 1 } }, /^config: /],
    [{ retries: 3 }, /retries/],
  ];
  test.each(cases)('%j', (changes, problem) => {
    expect(problemsOf(changes).join('\n')).toMatch(problem);
  });
});
