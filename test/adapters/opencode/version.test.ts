import { describe, expect, test } from 'vitest';
import { answer, connect, failureOf, startStub } from './stub-server.ts';

const healthOf = (version: string) => ({ 'GET /global/health': { healthy: true, version } });

describe('the version', () => {
  test.each(['1.18.33', '1.14.41', '1.99.0', '1.18.34-beta.1'])('%s is taken', async (version) => {
    const { url } = await startStub(healthOf(version));
    expect(await connect(url).version()).toBe(version);
  });

  test.each([
    ['1.13.9', /1\.13\.9.*changed.*1\.18/],
    ['1.3.2', /1\.3\.2.*changed/],
    ['2.0.1', /OpenCode 2\.0\.1; only 1\.x/],
    ['0.0.0-dev', /0\.0\.0-dev; only 1\.x/],
    ['latest', /not one of OpenCode 1\.x/],
  ])('%s is refused', async (version, message) => {
    const { url } = await startStub(healthOf(version));
    expect(await failureOf(connect(url).version())).toMatchObject({
      name: 'ServerUnsupported',
      message: expect.stringMatching(message),
    });
  });

  test('of 2.x is told by its own route, where the old one is a web page', async () => {
    const { url } = await startStub({ 'GET /api/health': { healthy: true, version: '2.1.0' } });
    expect(await failureOf(connect(url).version())).toMatchObject({
      name: 'ServerUnsupported',
      message: 'The server is OpenCode 2.1.0; only 1.x is supported. Run 1.18.',
    });
  });

  test('of a web server is none', async () => {
    const { url } = await startStub({});
    expect(await failureOf(connect(url).version())).toMatchObject({
      name: 'ServerUnsupported',
      message: expect.stringContaining('text/html instead of JSON'),
    });
  });

  test('is asked for on a new connection per try, because a starting server leaves some without an answer', async () => {
    let tries = 0;
    const stub = await startStub({
      'GET /global/health': (response) => {
        tries += 1;
        if (tries === 2) answer(response, 200, { version: '1.18.33' });
      },
    });
    expect(await connect(stub.url, { timeLimits: { health: 100 } }).version()).toBe('1.18.33');
    expect(stub.seen.map(({ connection }) => connection)).toEqual([1, 2]);
  });

  test('is given up after two tries', async () => {
    const stub = await startStub({ 'GET /global/health': () => {} });
    const error = await failureOf(connect(stub.url, { timeLimits: { health: 50 } }).version());
    expect(error).toMatchObject({ name: 'ServerUnreachable' });
    expect(stub.seen).toHaveLength(2);
  });

  test('is not asked for again where the server answers with an error', async () => {
    const stub = await startStub({ 'GET /global/health': (response) => answer(response, 503) });
    expect(await failureOf(connect(stub.url).version())).toMatchObject({ name: 'ServerUnreachable' });
    expect(stub.seen).toHaveLength(1);
  });
});
