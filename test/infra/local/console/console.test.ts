import { describe, expect, test } from 'vitest';
import { MOST_STREAMS } from '../../../../infra/local/console/live.ts';
import { startConsole } from './console-world.ts';

describe('the console answers', () => {
  test('with its page, whose parts are all its own', async () => {
    const { ask, asked } = await startConsole();
    expect(await ask('/')).toMatchObject({ status: 302, headers: { location: '/console' } });
    const page = await ask('/console');
    expect(page).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
    const parts = [...page.body.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, path = '']) => path);
    expect(parts).toEqual(['/console/icon.svg', '/console/styles.css', '/console/main.js']);
    for (const part of parts) expect((await ask(part)).status).toBe(200);
    expect((await ask('/console/main.js')).body).not.toContain('api-token');
    expect(asked).toEqual([]);
  });

  test('what is no page of it by leaving it to the API', async () => {
    const { ask, asked } = await startConsole();
    const paths = ['/v0/relay', '/hooks/key', '/consoles', '//', '//console'];
    for (const path of paths) expect((await ask(path)).status).toBe(404);
    expect(asked.map((each) => each.split(' ')[1])).toEqual(['/relay', ...paths.slice(1)]);
  });

  test('with nothing yet while the stack is starting', async () => {
    const { ask, connect } = await startConsole({ connected: false });
    expect((await ask('/console')).status).toBe(200);
    expect((await ask('/console/api/storms')).status).toBe(503);
    connect();
    expect((await ask('/console/api/nothing')).status).toBe(404);
  });
});

describe('the console refuses', () => {
  const crossSite = { 'sec-fetch-site': 'cross-site' };
  test.each<[what: string, path: string, headers: Record<string, string>, method: string, status: number]>([
    ['a name that resolves to loopback', '/console', { host: 'rebound.example:8787' }, 'GET', 403],
    ['what a page of another site reads', '/console/api/alerts', crossSite, 'GET', 403],
    ['a stream for a page of another port', '/console/events', { 'sec-fetch-site': 'same-site' }, 'GET', 403],
    ['a result that another site links to', '/console/results/job_1/patch', crossSite, 'GET', 403],
    ['whatever changes something', '/console/api/alerts', {}, 'POST', 405],
    ['the sources of its page', '/console/main.tsx', {}, 'GET', 404],
  ])('%s', async (_, path, headers, method, status) => {
    const { ask } = await startConsole();
    expect((await ask(path, headers, method)).status).toBe(status);
  });

  test.each(['/', '/console', '/console/main.js', '/console/api/nothing', '/console/results/job_1/patch'])(
    'code, requests and frames of others, by the headers of %s',
    async (path) => {
      const { headers } = await (await startConsole()).ask(path);
      expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self';");
      expect(headers['content-security-policy']).toContain(
        "frame-ancestors 'none'; require-trusted-types-for 'script'",
      );
      expect(headers['content-security-policy']).not.toContain('unsafe');
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': 'no-store',
      });
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    },
  );

  test('a link of another site to its page it follows: it is a visit', async () => {
    const { ask } = await startConsole();
    expect((await ask('/console', crossSite)).status).toBe(200);
  });
});

describe('what the API does not answer', () => {
  test.each([
    ['is said in its own words', 403, 403, 'The API refuses.'],
    ['is said to be a failure of it', 500, 500, expect.stringContaining('its log says why')],
  ])('%s', async (_, from, status, message) => {
    const { ask, answers } = await startConsole();
    answers['/alerts?limit=20'] = from;
    answers['/relay'] = { relays: [] };
    const answer = await ask('/console/api/alerts');
    expect({ status: answer.status, ...JSON.parse(answer.body) }).toEqual({ status, message });
  });
});

describe('what Step Functions does not know', () => {
  test.each([
    ['executions/job_1', 404],
    ['executions/job_1/events', 404],
    ['executions/other_1', 404],
    ['executions/other_1/events', 404],
    ['executions?machine=job&token=old', 400],
  ])('%s', async (path, status) => {
    const { ask } = await startConsole();
    expect((await ask(`/console/api/${path}`)).status).toBe(status);
  });
});

describe('results', () => {
  const links = { patch: 'http://127.0.0.1:9/p', answer: null, manifest: 'http://127.0.0.1:9/m' };

  test.each([
    ['job_1/patch', 302, links.patch],
    ['job_1/manifest', 302, links.manifest],
    ['job_1/answer', 404, undefined],
    ['job_1/report', 302, 'http://127.0.0.1:9/r'],
    ['job_2/report', 404, undefined],
    ['job_1/passwords', 404, undefined],
    ['job_2/patch', 404, undefined],
    ['job_3/patch', 409, undefined],
    ['job_3/report', 409, undefined],
    ['', 404, undefined],
  ])('%s', async (path, status, location) => {
    const { ask, answers } = await startConsole();
    answers['/agents/jobs/job_1/result'] = { result: links };
    answers['/agents/jobs/job_1/report'] = { report: { url: 'http://127.0.0.1:9/r' } };
    answers['/agents/jobs/job_3/result'] = 409;
    answers['/agents/jobs/job_3/report'] = 409;
    const answer = await ask(`/console/results/${path}`);
    expect([answer.status, answer.headers.location]).toEqual([status, location]);
  });
});

describe('the stream of changes', () => {
  /** What comes, notice by notice. */
  async function open(url: string) {
    const response = await fetch(`${url}/console/events`);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      cancel: () => reader?.cancel(),
      async next(): Promise<unknown> {
        for (;;) {
          const { value = '', done } = (await reader?.read()) ?? { done: true };
          const data = /^data: (.*)$/m.exec(value)?.[1];
          if (data !== undefined) return JSON.parse(data);
          if (done) return 'over';
        }
      },
    };
  }

  test('names what has changed, each once, what comes together in one notice', async () => {
    const { url, page } = await startConsole();
    const stream = await open(url);
    expect([stream.status, stream.type]).toEqual([200, 'text/event-stream']);
    for (const id of ['alr_1', 'alr_2', 'alr_1']) page.alertChanged(id);
    page.executionChanged('job_1');
    expect(await stream.next()).toEqual({ alerts: ['alr_1', 'alr_2'], executions: ['job_1'], more: false });
    page.close();
    expect(await stream.next()).toBe('over');
  });

  test('says that there is more where a burst changes too much to be named', async () => {
    const { url, page } = await startConsole();
    const stream = await open(url);
    for (let number = 0; number < 60; number++) page.alertChanged(`alr_${number}`);
    expect(await stream.next()).toMatchObject({ alerts: { length: 50 }, more: true });
  });

  test('is for so many pages and no more, until one of them is closed', async () => {
    const { url, ask } = await startConsole();
    const streams = await Promise.all(Array.from({ length: MOST_STREAMS }, () => open(url)));
    expect((await ask('/console/events')).status).toBe(503);
    await streams[0]?.cancel();
    await expect
      .poll(async () => {
        const again = await open(url);
        await again.cancel();
        return again.status;
      })
      .toBe(200);
  });
});
