import { describe, expect, test } from 'vitest';
import { manage } from '../../../functions/api/manage/manage.ts';
import { match } from '../../../functions/api/manage/route.ts';
import { checkAnswer } from '../../support/answer-check.ts';
import { fakeManagement, fullAccess } from '../../support/fakes/management.ts';

const { routes } = fakeManagement();
const ask = async (method: string, path: string, body = '') => {
  const [before = '', query = ''] = path.split('?');
  const answer = await manage(routes)({ method, path: before, query, body, caller: 'admin', access: fullAccess });
  checkAnswer(routes, { method, path: before }, answer);
  return { ...answer, json: JSON.parse(answer.body) };
};

describe('routes', () => {
  const cases: [request: string, status: number, route: string][] = [
    ['GET /v0/relay', 200, '/relay'],
    ['GET /v0/relay/rly_1/rules?enabled=true&ruleType=agent', 200, '/relay/{relayId}/rules'],
    ['GET /v0/relay/rly%5F1/rules', 200, '/relay/{relayId}/rules'],
    ['GET /v0/relay/rly_1/rules/rul_x', 404, '/relay/{relayId}/rules/{ruleId}'],
    ['GET /v0/relay/..%2Frly_1/rules', 404, '/relay/{relayId}/rules'],
    ['GET /v0/relay/RELAYS/rules', 404, '/relay/{relayId}/rules'],
    ['GET /v0/integrations/int_1', 200, '/integrations/{integrationId}'],
    ['DELETE /v0/relay', 405, '/relay'],
    ['PATCH /v0/relay/rly_1/rules/rul_1', 405, '/relay/{relayId}/rules/{ruleId}'],
    ['get /v0/relay', 405, '/relay'],
    ['GET /v0/relay/', 404, 'unknown'],
    ['GET /v0//relay', 404, 'unknown'],
    ['GET /v0/relay/../relay', 404, 'unknown'],
    ['GET /v0/relay/%E0%A4%A/rules', 404, 'unknown'],
    ['GET /v0/relay//rules', 404, 'unknown'],
    ['GET /v0/', 404, 'unknown'],
    ['GET /v1/relay', 404, 'unknown'],
    ['GET /relay', 404, 'unknown'],
    ['GET /v0/constructor', 404, 'unknown'],
    [`GET /v0/relay/${'x'.repeat(5_000)}/rules`, 404, 'unknown'],
    ['GET /v0/schedule', 200, '/schedule'],
    ['POST /v0/schedule', 501, '/schedule'],
    ['POST /v0/schedule/sch_1/members', 501, '/schedule'],
    ['GET /v0/schedule/sch_1/on-call', 404, '/schedule'],
    ['PATCH /v0/schedule/sch_1/overrides/ovr_1', 404, '/schedule'],
    ['GET /v0/contact-methods?userId=alice', 200, '/contact-methods'],
    ['POST /v0/contact-methods', 501, '/contact-methods'],
    ['DELETE /v0/contact-methods/cm_1', 404, '/contact-methods'],
  ];
  test.each(cases)('%s: %i', async (request, status, route) => {
    const [method = '', path = ''] = request.split(' ');
    expect(await ask(method, path)).toMatchObject({ status, route });
  });

  test('a wrong method is told the right ones', async () => {
    const answer = await ask('DELETE', '/v0/relay');
    expect(answer.headers).toEqual({ allow: 'GET, POST' });
    expect(answer.json.error.code).toBe('method_not_allowed');
  });

  test('of what is never there, the list is empty', async () => {
    expect((await ask('GET', '/v0/schedule')).json).toEqual({ schedules: [] });
    expect((await ask('GET', '/v0/contact-methods')).json).toEqual({ contactMethods: [] });
  });

  test.each([
    ['POST', '/v0/schedule', 'not_supported'],
    ['DELETE', '/v0/schedule/sch_1/members/alice', 'not_found'],
  ])('%s %s says what to use instead', async (method, path, code) => {
    const { json } = await ask(method, path);
    expect(json.error).toMatchObject({ code, message: expect.stringContaining('event') });
  });

  test('every row is reached by its own pattern, and no two rows are the same', () => {
    const rows = routes.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(rows).size).toBe(rows.length);
    for (const { path } of routes) expect(match(path, path.split('/').slice(1))).toBeDefined();
  });
});

describe('bodies', () => {
  const bodies: [body: string, message: string][] = [
    ['{', 'The body is not JSON.'],
    ['{"name":"secret-value"', 'The body is not JSON.'],
    ['[]', 'The request does not fit.'],
    ['null', 'The request does not fit.'],
    ['"text"', 'The request does not fit.'],
    ['', 'The request does not fit.'],
  ];
  test.each(bodies)('%j', async (body, message) => {
    const { status, json } = await ask('POST', '/v0/relay', body);
    expect(status).toBe(400);
    expect(json.error).toMatchObject({ code: 'invalid_request', message });
    expect(JSON.stringify(json)).not.toContain('secret-value');
  });

  test('config comes back letter for letter, from POST, GET, list and PUT', async () => {
    const config = (order: string) =>
      `{ "pollInterval":1e3,"agentType":"opencode", "integrationId":"int_1",${order}\n"endpoint":"https:\\/\\/opencode.internal.corp" }`;
    const posted = config('"stormThreshold":5.0,');
    const made = await ask('POST', '/v0/relay/rly_1/rules', `{"config":${posted},"name":"r","ruleType":"agent"}`);
    expect(made.body).toContain(`"config":${posted},`);
    const path = `/v0/relay/rly_1/rules/${made.json.rule.id}`;
    expect((await ask('GET', path)).body).toContain(`"config":${posted},`);
    expect((await ask('GET', '/v0/relay/rly_1/rules')).body).toContain(`"config":${posted},`);
    const put = await ask('PUT', path, `{"config" : ${config('')}}`);
    expect(put.body).toContain(`"config":${config('')},`);
    expect((await ask('PUT', path, '{"enabled":false}')).body).toContain(`"config":${config('')},`);
  });

  test('what is not supported has a code of its own', async () => {
    const { status, json } = await ask('POST', '/v0/integrations', '{"name":"i","provider":"devin","apiKey":"k"}');
    expect(status).toBe(400);
    expect(json.error).toMatchObject({
      code: 'not_supported',
      issues: [{ path: ['provider'], code: 'not_supported' }],
    });
  });
});
