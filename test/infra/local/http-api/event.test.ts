import { describe, expect, test } from 'vitest';
import { eventOf, type HttpRequest, pathOf } from '../../../../infra/local/http-api/event.ts';

const match = { route: { key: 'POST /hooks/{key}', functionArn: 'arn' }, pathParameters: { key: 'wh_1' } };
const identity = { apiId: 'api', account: '000000000000', stage: '$default' };

const eventFor = (request: Partial<HttpRequest>) =>
  eventOf(
    {
      method: 'POST',
      target: '/hooks/wh_1',
      httpVersion: '1.1',
      rawHeaders: ['Host', 'localhost:8787'],
      body: Buffer.alloc(0),
      sourceIp: '127.0.0.1',
      ...request,
    },
    match,
    identity,
    Date.UTC(2026, 2, 5, 7, 8, 9),
  );

describe('an event of payload format 2.0', () => {
  test('says where the request came from and which route took it', () => {
    const rawHeaders = ['Host', 'localhost:8787', 'User-Agent', 'test'];
    expect(eventFor({ rawHeaders })).toEqual({
      version: '2.0',
      routeKey: 'POST /hooks/{key}',
      rawPath: '/hooks/wh_1',
      rawQueryString: '',
      headers: {
        host: 'localhost:8787',
        'user-agent': 'test',
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-proto': 'http',
      },
      pathParameters: { key: 'wh_1' },
      requestContext: {
        accountId: '000000000000',
        apiId: 'api',
        domainName: 'localhost:8787',
        domainPrefix: 'api',
        http: { method: 'POST', path: '/hooks/wh_1', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        routeKey: 'POST /hooks/{key}',
        stage: '$default',
        time: '05/Mar/2026:07:08:09 +0000',
        timeEpoch: 1772694489000,
      },
      isBase64Encoded: false,
    });
  });

  test('joins what comes twice, lower-cases names of headers, and keeps cookies apart', () => {
    const event = eventFor({
      rawHeaders: ['X-A', '1', 'x-a', '2', 'Cookie', 'a=1; b=2', 'X-Forwarded-For', '10.0.0.1'],
      target: '/hooks/wh_1?q=1&q=2%2C3&e=',
    });
    expect(event.headers).toMatchObject({ 'x-a': '1,2', 'x-forwarded-for': '10.0.0.1,127.0.0.1' });
    expect(event.headers).not.toHaveProperty('cookie');
    expect(event.cookies).toEqual(['a=1', 'b=2']);
    expect(event.rawQueryString).toBe('q=1&q=2%2C3&e=');
    expect(event.queryStringParameters).toEqual({ q: '1,2,3', e: '' });
  });

  test.each<[contentType: string | undefined, isText: boolean]>([
    ['application/json', true],
    ['Application/JSON; charset=utf-8', true],
    ['text/plain; charset=UTF-8', true],
    ['application/xml', true],
    ['application/x-www-form-urlencoded', false],
    ['application/vnd.github+json', false],
    ['application/jsonl', false],
    ['application/octet-stream', false],
    [undefined, false],
  ])('has a body of type %s as text: %s', (contentType, isText) => {
    const body = Buffer.from('{"title":"ü"}');
    const event = eventFor({ body, rawHeaders: contentType === undefined ? [] : ['Content-Type', contentType] });
    expect(event.isBase64Encoded).toBe(!isText);
    expect(event.body).toBe(isText ? '{"title":"ü"}' : body.toString('base64'));
  });

  test.each([
    ['/hooks/a%20b?x=%20', '/hooks/a b'],
    ['/hooks/%zz', '/hooks/%zz'],
  ])('has the path of %s decoded', (target, path) => {
    expect(pathOf(target)).toBe(path);
  });
});
