import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { timeLimits } from '../../../functions/adapters/opencode/limits.ts';
import { alice, answer, failureOf, recognise, startStub, stopTime } from './stub-server.ts';

const healthOf = (version: string) => ({ 'GET /global/health': { healthy: true, version } });

describe('the version', () => {
  test.each([
    ['1.18.33', 'v1'],
    ['1.15.13', 'v1'],
    ['1.18.34', 'v1'],
    ['1.18.34-beta.1', 'v1'],
  ])('%s is taken', async (version, dialect) => {
    const stub = await startStub(healthOf(version));
    expect(await recognise(stub.url)).toMatchObject({ version, dialect, untested: null });
    expect(stub.calls()).toEqual(['GET /global/health']);
  });

  test.each(['1.18.35', '1.19.4', '1.99.0'])('%s is taken, and is newer than what was run', async (version) => {
    const { url } = await startStub(healthOf(version));
    const untested = expect.stringContaining('newer than 1.18.34');
    expect(await recognise(url)).toMatchObject({ version, dialect: 'v1', untested });
  });

  test.each(['2.0.8', '2.0.26', '2.1.3', '2.2.7'])('%s is taken, on trust', async (version) => {
    const stub = await startStub({ 'GET /api/info': { version, pid: 1, urls: [], paths: {} } });
    const recognised = await recognise(stub.url, { read: () => ({ ...alice, username: 'opencode' }) });
    expect(recognised).toMatchObject({ version, dialect: 'v2', untested: expect.stringContaining('no released 2.x') });
    expect(stub.calls()).toEqual(['GET /global/health', 'GET /api/info']);
  });

  test.each([
    ['1.15.12', /1\.15\.12.*another directory.*1\.18/],
    ['1.14.48', /1\.14\.48.*another directory/],
    ['1.3.2', /1\.3\.2.*no changes/],
    ['2.0.1', /OpenCode 2\.0\.1.*2\.0\.8/],
    ['3.0.0', /OpenCode 3\.0\.0.*neither 1\.x nor 2\.x/],
    ['0.0.0-dev', /0\.0\.0-dev.*neither/],
    ['latest', /not one of OpenCode/],
  ])('%s is refused', async (version, message) => {
    const { url } = await startStub(healthOf(version));
    expect(await failureOf(recognise(url))).toMatchObject({
      name: 'ServerUnsupported',
      message: expect.stringMatching(message),
    });
  });

  test('of a 2.x without /api/info is told by its own route, and refused by name', async () => {
    const { url } = await startStub({ 'GET /api/health': { healthy: true, version: '2.0.3', pid: 1 } });
    expect(await failureOf(recognise(url))).toMatchObject({
      name: 'ServerUnsupported',
      message: expect.stringContaining('The server is OpenCode 2.0.3'),
    });
  });

  test('of a 2.x that is starting is asked for later', async () => {
    const starting = {
      'GET /api/info': (response: ServerResponse) => answer(response, 503, { code: 'service_starting' }),
    };
    const { url } = await startStub(starting);
    expect(await failureOf(recognise(url))).toMatchObject({
      name: 'ServerUnreachable',
      message: expect.stringContaining('503 service_starting'),
    });
  });

  test('of a 2.x that refuses the password says which user name it takes', async () => {
    const { url } = await startStub({
      'GET /api/info': (response) => answer(response, 401, { _tag: 'UnauthorizedError', message: 'no' }),
    });
    expect(await failureOf(recognise(url))).toMatchObject({
      name: 'CredentialsRejected',
      message: expect.stringMatching(/OpenCode 2\.x takes the user name `opencode` alone/),
    });
  });

  test('of a web server is none', async () => {
    const { url } = await startStub({});
    expect(await failureOf(recognise(url))).toMatchObject({
      name: 'ServerUnsupported',
      message: expect.stringContaining('text/html instead of JSON'),
    });
  });

  describe('of a server that takes questions and is slow', () => {
    test('is asked for on a new connection per try, because a starting server leaves some without an answer', async () => {
      const time = stopTime();
      let tries = 0;
      const stub = await startStub({
        'GET /global/health': (response) => {
          tries += 1;
          if (tries === 2) answer(response, 200, { version: '1.18.33' });
          else time.pass(timeLimits.health);
        },
      });
      expect((await recognise(stub.url)).version).toBe('1.18.33');
      expect(stub.seen.map(({ connection }) => connection)).toEqual([1, 2]);
    });

    test('is waited for at the third try', async () => {
      const time = stopTime();
      let tries = 0;
      const stub = await startStub({
        'GET /global/health': (response) => {
          tries += 1;
          time.pass(timeLimits.health + (tries === 3 ? 1 : 0));
          if (tries === 3) answer(response, 200, { version: '1.18.33' });
        },
      });
      expect((await recognise(stub.url)).version).toBe('1.18.33');
    });

    test('is given up after three tries', async () => {
      const time = stopTime();
      const limits = [timeLimits.health, timeLimits.health, timeLimits.read];
      const stub = await startStub({ 'GET /global/health': () => time.pass(limits.shift() ?? 0) });
      const error = await failureOf(recognise(stub.url));
      expect(error).toMatchObject({ name: 'ServerUnreachable', message: expect.stringContaining('is slow') });
      expect(stub.seen).toHaveLength(3);
    });
  });

  test('is given up where the server goes on to answer with an error', async () => {
    const stub = await startStub({ 'GET /global/health': (response) => answer(response, 503) });
    expect(await failureOf(recognise(stub.url))).toMatchObject({ name: 'ServerUnreachable' });
    expect(stub.seen).toHaveLength(4);
  });
});
