import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { asks, newModel } from './scripted-model-fixture.ts';

const errorSchema = z.object({ error: z.object({ message: z.string(), type: z.literal('scripted_error') }) });
const request = (...messages: unknown[]) => ({ model: 'stub-1', messages });

async function refusal(response: Response) {
  return { status: response.status, message: errorSchema.parse(await response.json()).error.message };
}

describe('a provider that fails', () => {
  test('does so as often as it is told, then answers', async () => {
    const model = await newModel();
    const prompt = asks('[[http {"status":503,"times":2,"message":"overloaded"}]]');
    for (let time = 0; time < 2; time++) {
      expect(await refusal(await model.post(request(prompt)))).toEqual({ status: 503, message: 'overloaded' });
    }
    expect((await model.stream(prompt)).text).toEqual(['Done after 2 failures.']);
  });

  test('counts each prompt by itself', async () => {
    const model = await newModel();
    const prompt = (name: string) => asks(`${name} [[http {"status":429,"times":1}]]`);
    expect((await model.post(request(prompt('a')))).status).toBe(429);
    expect((await model.post(request(prompt('b')))).status).toBe(429);
    expect((await model.stream(prompt('a'))).text).toEqual(['Done after 1 failures.']);
  });

  test('fails for ever unless told how often', async () => {
    const model = await newModel();
    for (let time = 0; time < 10; time++) {
      expect(await refusal(await model.post(request(asks('[[http]]'))))).toEqual({ status: 500, message: 'scripted' });
    }
  });
});

describe('a provider that hangs', () => {
  test.each([
    ['at once', [asks('[[hang]]')]],
    ['after a step', [asks('[[writehang]]'), { role: 'assistant' }]],
  ])('%s: has not answered when others have, nor when it is closed', async (_, messages) => {
    const model = await newModel();
    const settled: string[] = [];
    const hanging = model.post(request(...messages));
    const noted = hanging.then(
      () => settled.push('answered'),
      () => settled.push('cut off'),
    );
    await model.stream(asks('[[text]]'));
    expect(settled).toEqual([]);
    await model.close();
    await noted;
    expect(settled).toEqual(['cut off']);
  });

  test('is released by a file', async () => {
    const model = await newModel();
    const folder = await mkdtemp(join(tmpdir(), 'opencode-relay-model-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const until = join(folder, 'released');
    const settled: string[] = [];
    const held = model.stream(asks(`[[held ${JSON.stringify({ until })}]]`)).finally(() => settled.push('answered'));
    await model.stream(asks('[[text]]'));
    expect(settled).toEqual([]);
    await writeFile(until, '');
    expect((await held).text).toEqual(['Nothing is to be changed.']);
  });

  test('a client that goes away in the middle of a stream does no harm', async () => {
    const model = await newModel();
    const gone = new AbortController();
    const response = await model.post(request(asks('[[slow {"n":1000,"gap":1}]]')), gone.signal);
    gone.abort();
    await expect(response.text()).rejects.toThrow();
    expect((await model.stream(asks('[[text]]'))).finish).toBe('stop');
  });
});

describe('a request that makes no sense is 400, so that the agent does not try again', () => {
  test.each<[what: string, body: unknown, message: RegExp]>([
    ['unknown script', request(asks('[[nope]]')), /^There is no script "nope"; there are fix, text, .*http$/],
    ['a name of every object', request(asks('[[constructor]]')), /^There is no script "constructor"/],
    ['arguments of a wrong type', request(asks('[[multi {"n":"two"}]]')), /expected number/],
    ['missing arguments', request(asks('[[bash]]')), /cmd/],
    ['arguments that are no JSON', request(asks('[[write {path}]]')), /JSON/],
    ['no user message', request({ role: 'system', content: 'Be brief.' }), /^The request has no user message$/],
    ['no messages', { model: 'stub-1' }, /messages/],
    ['no JSON', 'hello', /JSON/],
  ])('%s', async (_, body, message) => {
    const model = await newModel();
    expect(await refusal(await model.post(body))).toEqual({ status: 400, message: expect.stringMatching(message) });
  });
});

test('tokens are the same on every call', async () => {
  const model = await newModel();
  const text = await (await model.post(request(asks('[[text]]')))).text();
  const usage = text.split('\n\n').find((event) => event.includes('"usage"')) ?? '';
  expect(JSON.parse(usage.replace(/^data: /, ''))).toMatchObject({
    choices: [],
    usage: {
      prompt_tokens: 120,
      completion_tokens: 30,
      total_tokens: 150,
      prompt_tokens_details: { cached_tokens: 20 },
      completion_tokens_details: { reasoning_tokens: 5 },
    },
  });
});
