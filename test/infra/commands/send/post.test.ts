import { createServer } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readAlerts } from '../../../../functions/domain/intake/formats.ts';
import { parseBody } from '../../../../functions/domain/intake/json.ts';
import { HookRefusal } from '../../../../functions/domain/intake/refusal.ts';
import { authSchemes } from '../../../../functions/domain/signature/auth.ts';
import { verify } from '../../../../functions/domain/signature/verify.ts';
import type { SendStatus } from '../../../../infra/commands/send/payload.ts';
import { providers } from '../../../../infra/commands/send/payloads.ts';
import { allTaken, type HookRequest, postAll, requestsOf } from '../../../../infra/commands/send/post.ts';
import { type Signer, schemeOf, schemes } from '../../../../infra/commands/send/sign.ts';
import { listen } from '../../../../infra/local/aws/endpoint/listen.ts';

const now = new Date('2027-03-01T12:00:00.000Z');
const key = new Date('2027-03-01T11:59:00.000Z').getTime().toString(36);
const statusesOf = (provider: string) => Object.keys(providers[provider] ?? {}) as SendStatus[];
const names = Object.keys(providers);

function read(provider: string, status: SendStatus, options: { key?: string; storm?: number } = {}) {
  const requests = requestsOf({ provider, status, key, storm: 1, signer: undefined, ...options }, now);
  return requests.map(({ body }) => {
    const parsed = parseBody(Buffer.from(body), 'application/json');
    const read = parsed instanceof HookRefusal ? parsed : readAlerts(parsed, null);
    if (read instanceof HookRefusal) throw new Error(`${read.message} ${JSON.stringify(read.issues)}`);
    if ('nothing' in read || read.occurrences.length !== 1) throw new Error('It is about no alert, or several');
    const [occurrence] = read.occurrences;
    return { format: read.format, ...occurrence };
  });
}

describe.each(names)('%s', (provider) => {
  test.each(statusesOf(provider))('%s is recognised, and says so', (status) => {
    const [said] = read(provider, status);
    const format = { prometheus: 'alertmanager', custom: 'generic' }[provider] ?? provider;
    expect(said).toMatchObject({ format, status, title: expect.stringMatching(/checkout/i) });
    expect(JSON.stringify(said?.metadata)).not.toContain('otherFields');
  });

  test('says everything of one incident under one fingerprint, and under others of others', () => {
    const own = statusesOf(provider).filter((status) => status !== 'test' && status !== 'unknown');
    const fingerprints = own.map((status) => read(provider, status)[0]?.fingerprint);
    expect(new Set(fingerprints).size).toBe(1);
    const storm = read(provider, 'firing', { storm: 50 }).map(({ fingerprint }) => fingerprint);
    const another = read(provider, 'firing', { key: 'lzzzzzzz' }).map(({ fingerprint }) => fingerprint);
    // The public contract's body has no key: its title is the incident.
    expect(new Set([...storm, ...another]).size).toBe(provider === 'custom' ? 1 : 51);
  });
});

describe('signatures', () => {
  test('are made in every scheme that a webhook knows', () =>
    expect([...schemes].sort()).toEqual([...authSchemes].sort()));

  const secret = 'c2VjcmV0LW9mLXRoZS1ob29r';
  const preset: Omit<Signer, 'secret'>[] = [
    ...schemes.map((scheme) => ({ scheme })),
    { scheme: 'basic', username: 'alice' },
    { scheme: 'grafana', timestampHeader: 'x-time' },
    { scheme: 'grafana', header: 'x-signature', timestampHeader: 'x-time' },
    { scheme: 'timestamp_body', header: 'x-signature', timestampHeader: 'x-time' },
    { scheme: 'github', header: 'x-signature' },
    { scheme: 'header', header: 'x-key' },
  ];

  test.each(preset)('$scheme $header $timestampHeader is taken with the secret, and with no other', (signer) => {
    const { scheme, username, header = scheme === 'header' ? 'x-webhook-secret' : undefined, timestampHeader } = signer;
    const auth = {
      scheme,
      versions: [{ id: 'v1', secrets: 1 }],
      ...(header !== undefined && { header }),
      ...(timestampHeader !== undefined && { timestampHeader }),
    };
    const [request] = requestsOf(
      { provider: 'generic', status: 'firing', key, storm: 1, signer: { ...signer, secret } },
      now,
    );
    const evidence = { headers: request?.headers ?? {}, body: Buffer.from(request?.body ?? '') };
    const taken = (stored: string) =>
      verify(auth, [{ secrets: [stored], ...(username !== undefined && { username }) }], evidence, now);
    expect(taken(secret)).not.toBeInstanceOf(HookRefusal);
    expect(taken('YW5vdGhlciBzZWNyZXQgYWx0b2dldGhlcg==')).toBeInstanceOf(HookRefusal);
  });

  test.each([
    ['sentry', 'sentry'],
    ['grafana', 'grafana'],
    ['generic', 'standard_webhooks'],
    ['datadog', 'bearer'],
  ])('of %s are %s unless another is asked for', (provider, scheme) => expect(schemeOf(provider)).toBe(scheme));
});

describe('posting', () => {
  const hook = async (status: (count: number) => number) => {
    const seen: HookRequest[] = [];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        seen.push({ headers: { type: request.headers['content-type'] ?? '' }, body: Buffer.concat(chunks).toString() });
        response.writeHead(status(seen.length)).end(`answer ${seen.length}`);
      });
    });
    onTestFinished(() => void server.close());
    return { seen, url: `http://127.0.0.1:${await listen(server, 0, 1_000)}` };
  };

  test('brings every incident of a storm once, and counts the answers', async () => {
    const { seen, url } = await hook(() => 202);
    const requests = requestsOf({ provider: 'grafana', status: 'firing', key, storm: 60, signer: undefined }, now);
    const answers = await postAll(url, requests);
    expect(seen.map(({ body }) => body).sort()).toEqual(requests.map(({ body }) => body).sort());
    expect([...answers.counts]).toEqual([[202, 60]]);
    expect(allTaken(answers)).toBe(true);
  });

  test('has failed where one delivery was not taken', async () => {
    const { url } = await hook((count) => (count === 2 ? 401 : 202));
    const requests = requestsOf({ provider: 'grafana', status: 'firing', key, storm: 3, signer: undefined }, now);
    expect(allTaken(await postAll(url, requests))).toBe(false);
  });
});
