import { describe, expect, test } from 'vitest';
import { matchRoute } from '../../../../infra/local/http-api/routes.ts';

const routesOf = (...keys: string[]) => keys.map((key) => ({ key, functionArn: key }));

describe('the most specific route takes a request', () => {
  const all = routesOf(
    '$default',
    'ANY /v0/{proxy+}',
    'GET /v0/{proxy+}',
    'GET /v0/{kind}',
    'ANY /v0/{kind}/list',
    'GET /v0/relay',
    'POST /hooks/{webhookKey}',
    'GET /',
  );
  test.each<[request: string, key: string, pathParameters: Record<string, string>]>([
    ['GET /v0/relay', 'GET /v0/relay', {}],
    ['GET /v0/rule', 'GET /v0/{kind}', { kind: 'rule' }],
    ['GET /v0/rule/list', 'ANY /v0/{kind}/list', { kind: 'rule' }],
    ['GET /v0/rule/1/2', 'GET /v0/{proxy+}', { proxy: 'rule/1/2' }],
    ['PUT /v0/relay', 'ANY /v0/{proxy+}', { proxy: 'relay' }],
    ['POST /hooks/wh_1', 'POST /hooks/{webhookKey}', { webhookKey: 'wh_1' }],
    ['GET /hooks/wh_1', '$default', {}],
    ['GET /v0', '$default', {}],
    ['GET /', 'GET /', {}],
  ])('%s', (request, key, pathParameters) => {
    const [method = '', path = ''] = request.split(' ');
    expect(matchRoute(all, method, path)).toMatchObject({ route: { key }, pathParameters });
  });

  test.each(['GET /hooks/wh_1', 'POST /hooks', 'POST /hooks/', 'POST /hooks/wh_1/more', 'POST /other/wh_1'])(
    'without a fitting one there is none: %s',
    (request) => {
      const [method = '', path = ''] = request.split(' ');
      expect(matchRoute(routesOf('POST /hooks/{webhookKey}'), method, path)).toBeUndefined();
    },
  );
});
