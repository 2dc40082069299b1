import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseOptions, usage } from '../../../infra/local/options.ts';
import { UsageError } from '../../../infra/usage-error.ts';

const own = ['--endpoint', 'http://127.0.0.1:4096'];

describe('parseOptions', () => {
  test.each([
    { args: [], gives: { once: false, sample: true, port: 8787, dataDirectory: resolve('.local'), server: undefined } },
    { args: ['--once'], gives: { once: true, sample: true } },
    { args: ['--once', '--no-sample'], gives: { once: true, sample: true } },
    { args: ['--no-sample'], gives: { sample: false } },
    { args: ['--port', '0'], gives: { port: 0 } },
    { args: ['--data', 'other'], gives: { dataDirectory: resolve('other') } },
    {
      args: ['-c', 'caBundle=ca.pem', '-c', 'snsTopics=a=b'],
      gives: { overrides: { caBundle: 'ca.pem', snsTopics: 'a=b' } },
    },
    { args: ['--help'], gives: { help: true } },
    { args: [], gives: { faults: [], concurrency: undefined } },
    {
      args: ['--fault', 's3:error:0.1', '--concurrency', '10'],
      gives: { faults: [{ service: 's3', kind: 'error', rate: 0.1 }], concurrency: 10 },
    },
    { args: [], gives: { openCode: '1' } },
    { args: ['--opencode', '2'], gives: { openCode: '2' } },
    {
      args: [...own, '--password', 'p'],
      gives: { server: { endpoint: 'http://127.0.0.1:4096', username: 'opencode', password: 'p' } },
    },
    {
      args: [...own, '--password', 'p', '--model', 'openrouter/vendor/model', '--directory', '/srv/repo'],
      gives: { model: { providerID: 'openrouter', modelID: 'vendor/model' }, directory: '/srv/repo' },
    },
  ])('$args', ({ args, gives }) => {
    expect(parseOptions(args, {})).toMatchObject(gives);
  });

  test('takes the password from the environment, where no process list shows it', () => {
    expect(parseOptions(own, { OPENCODE_SERVER_PASSWORD: 'p' }).server?.password).toBe('p');
  });

  test.each([
    { args: ['--port', '70000'], says: '--port' },
    { args: ['--port', 'x'], says: '--port' },
    { args: ['--endpont', 'x'], says: 'There is no option --endpont. Did you mean --endpoint?' },
    { args: ['-c', 'caBundle'], says: '-c takes key=value' },
    { args: ['once'], says: 'an argument too many: "once"' },
    { args: ['--endpoint', 'opencode:4096', '--password', 'p'], says: '--endpoint' },
    { args: own, says: '--password' },
    { args: ['--opencode', '3'], says: '1 or 2' },
    { args: ['--fault', 's3'], says: '--fault' },
    { args: ['--concurrency', '0'], says: '--concurrency' },
    { args: [...own, '--password', 'p', '--opencode', '2'], says: 'embedded' },
    { args: ['--model', 'a/b'], says: '--endpoint' },
    { args: [...own, '--password', 'p', '--model', 'claude'], says: 'provider/model' },
    { args: [...own, '--password', 'p', '--directory', 'repo'], says: '--directory' },
  ])('refuses $args, naming $says', ({ args, says }) => {
    expect(() => parseOptions(args, {})).toThrow(UsageError);
    expect(() => parseOptions(args, {})).toThrow(says);
  });

  test('the help text names every option', () => {
    for (const option of [
      'once',
      'no-sample',
      'port',
      'data',
      'opencode',
      'endpoint',
      'username',
      'password',
      'model',
      'directory',
      'fault',
      'concurrency',
      'help',
    ]) {
      expect(usage).toContain(`--${option}`);
    }
  });
});
