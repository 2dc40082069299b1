import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { remarksOn } from '../../../infra/local/remarks.ts';

const resumed = { paused: false, by: 'nobody', at: '1970-01-01T00:00:00.000Z' };

const nothing = { resumed: [], lost: [] };

/** The management API of a stack with one relay. */
async function newApi({ pause = resumed, rules = [] as object[] }: { pause?: object; rules?: object[] }) {
  const answers: Record<string, unknown> = {
    '/v0/switch': { switch: pause },
    '/v0/relay': { relays: [{ id: 'rly_1', name: 'One' }] },
    '/v0/relay/rly_1/rules': { rules },
  };
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answers[new URL(request.url ?? '', 'http://stack').pathname]));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  const { port } = z.object({ port: z.int() }).parse(server.address());
  return { ApiUrl: `http://127.0.0.1:${port}/v0`, ApiToken: 'token' };
}

test('a stack that is as usual has none', async () => {
  expect(await remarksOn(await newApi({ rules: [{ name: 'a', enabled: true }] }), nothing)).toEqual([]);
});

test('a pause: since when, by whom, why, and how it ends', async () => {
  const pause = { paused: true, by: 'admin', at: '2027-03-01T12:00:00.000Z', reason: 'bad deploy' };
  expect(await remarksOn(await newApi({ pause }), nothing)).toEqual([
    'Paused since 2027-03-01T12:00:00.000Z by admin ("bad deploy"): no alert starts a session. "npm run resume" ends the pause.',
  ]);
});

test('rules that are switched off, by name, the first five', async () => {
  const rule = (name: string, enabled = false) => ({ name, enabled });
  const one = await newApi({ rules: [rule('fix it'), rule('other', true)] });
  expect(await remarksOn(one, nothing)).toEqual(['Switched off: rule "fix it". Alerts start no session by it.']);
  const many = await newApi({ rules: ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => rule(name)) });
  expect(await remarksOn(many, nothing)).toEqual([
    'Switched off: rule "a", "b", "c", "d", "e" and 2 more. Alerts start no session by them.',
  ]);
});

test('what was running when the last start ended: what goes on, and what has lost its server', async () => {
  const resumed = ['run_1', 'job_1', 'stm_1', 'job_2', 'job_3'];
  expect(await remarksOn(await newApi({}), { resumed, lost: ['job_3'] })).toEqual([
    'Go on from where the last start ended: 2 sessions, 1 relay run, 1 storm.',
    'Ended together with their OpenCode server, as session_lost: 1 session.',
  ]);
  expect(await remarksOn(await newApi({}), { resumed: ['job_1'], lost: ['job_1'] })).toEqual([
    'Ended together with their OpenCode server, as session_lost: 1 session.',
  ]);
});
