import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { manage } from '../../../functions/api/manage/manage.ts';
import { relay } from '../../../infra/commands/relay.ts';
import { serviceEntry } from '../../support/fakes/catalogues.ts';
import { fakeManagement, fullAccess } from '../../support/fakes/management.ts';
import { now } from './run-command.ts';

let folder: string;
let file: string;
let api: typeof globalThis.fetch;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'catalogue-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  file = join(folder, 'catalogue.json');
  const asked = manage(fakeManagement().routes);
  api = async (input, { method = 'GET', body = '' } = {}) => {
    const { pathname: path, search } = new URL(String(input));
    const request = { method, path, query: search.slice(1), body: String(body), caller: 'ci', access: fullAccess };
    const answer = await asked(request);
    return new Response(answer.body, { status: answer.status });
  };
});
const environment = { API_URL: 'https://api.example.com/v0', API_TOKEN: 'the-token' };
const run = (...args: string[]) =>
  relay(['catalogue', ...args], { environment, now, fetch: api, wait: async () => {} });
const write = (content: unknown) => writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));

describe('npm run catalogue', () => {
  test('gets a file that can be put back, changed, as often as it is got anew', async () => {
    const first = await run('get');
    expect(JSON.parse(first.stdout)).toEqual({ version: 0, entries: [] });
    await write({ ...JSON.parse(first.stdout), entries: [serviceEntry('checkout')] });
    expect(await run('check', file)).toMatchObject({ code: 0, stdout: '1 entries: nothing is wrong with them.\n' });
    expect((await run('put', file)).stdout).toMatch(/^The catalogue is at version 1, with 1 entries/);

    const second = JSON.parse((await run('get')).stdout);
    expect(second).toEqual({ version: 1, entries: [serviceEntry('checkout')] });
    await write({ ...second, entries: [...second.entries, serviceEntry('search')] });
    expect(await run('put', file)).toMatchObject({ code: 0, stdout: expect.stringContaining('version 2') });
    expect(JSON.parse((await run('get', '--version', '1')).stdout)).toEqual(second);

    await write({ ...second, entries: [serviceEntry('cart')] });
    expect(await run('put', file)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('The catalogue is at version 2'),
    });
  });

  test('a check that finds something ends with 1, and names it', async () => {
    await write({ entries: [{ name: 'all' }, serviceEntry('checkout')] });
    expect(await run('check', file)).toMatchObject({
      ...{
        code: 1,
        stdout: expect.stringMatching(
          /^2 entries: 1 of them found wrong.\n {2}warning: No alert comes to entry "checkout"/,
        ),
      },
    });
  });

  test('says in which entry what is wrong, with the name that was meant', async () => {
    await write({ version: 0, entries: [serviceEntry('checkout'), { name: 'search', directry: '/srv' }] });
    expect(await run('put', file)).toMatchObject({
      ...{
        code: 2,
        stderr: expect.stringContaining(
          'entries.1.directry is not a known field. (entry "search") Did you mean directory?',
        ),
      },
    });
  });

  const wrong: [what: string, args: string[], content: unknown, says: RegExp][] = [
    ['no verb', [], undefined, /needs get, check FILE or put FILE/],
    ['another verb', ['delete'], undefined, /needs get/],
    ['no file', ['put'], undefined, /put needs the file/],
    ['a file that is not there', ['put', 'nowhere.json'], undefined, /nowhere\.json cannot be read \(ENOENT/],
    ['a file that is no JSON', ['check', 'FILE'], '{', /is no JSON/],
    ['a list', ['put', 'FILE'], [], /is no catalogue/],
    ['a version that is none', ['get', '--version', 'newest'], undefined, /number of a version/],
    ['a version for a file', ['put', 'FILE', '--version', '1'], undefined, /has its own "version"/],
    ['a version that was never stored', ['get', '--version', '7'], undefined, /no such version of the catalogue/],
  ];
  test.each(wrong)('ends with 2 for %s', async (_, args, content, says) => {
    if (content !== undefined) await write(content);
    const ran = await run(...args.map((arg) => (arg === 'FILE' ? file : arg)));
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringMatching(says)]);
  });
});

test('the file that the manual shows is one that is taken', async () => {
  const manual = await readFile(join(import.meta.dirname, '../../../functions/decisions/CATALOGUE.md'), 'utf8');
  const [, shown = ''] = /```json\n(.*?)```/s.exec(manual) ?? [];
  const management = fakeManagement();
  const stored = management.integrations.rows.get('int_1');
  const origins = ['https://opencode-search.internal.corp:4096'];
  if (stored) management.integrations.rows.set('int_1', { ...stored, binding: { origins, from: 'owner' } });
  const body = shown.replace('int_…', 'int_1');
  const request = { method: 'PUT', path: '/v0/catalogue', query: '', body, caller: 'ci', access: fullAccess };
  expect(await manage(management.routes)(request)).toMatchObject({ status: 200 });
});
