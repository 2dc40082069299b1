import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSettings, writePrivate } from '../../../infra/local/settings.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'settings-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const modeOf = (file: string) => statSync(file).mode & 0o777;

describe('openSettings', () => {
  test('chooses two different free ports and a password at the first start', async () => {
    const { openCodePort, awsPort, openCodePassword } = await openSettings(directory);
    expect(openCodePort).not.toBe(awsPort);
    expect(openCodePassword).toMatch(/^[\w-]{24}$/);
    for (const port of [openCodePort, awsPort]) {
      const server = createServer().listen(port, '127.0.0.1');
      await once(server, 'listening');
      await new Promise((done) => server.close(done));
    }
  });

  test('keeps them for every start after it', async () => {
    const first = await openSettings(directory);
    expect(await openSettings(directory)).toEqual(first);
  });

  test('gives no two stacks the same password', async () => {
    const [one, other] = [await openSettings(join(directory, 'a')), await openSettings(join(directory, 'b'))];
    expect(one.openCodePassword).not.toBe(other.openCodePassword);
  });

  test('are for the user alone', async () => {
    await openSettings(directory);
    expect(modeOf(join(directory, 'settings.json'))).toBe(0o600);
  });

  test.each([
    ['broken', '{"openCodePort": 1'],
    ['of another version', '{"openCodePort":1,"awsPort":2,"openCodePassword":"p","more":1}'],
    ['without a password', '{"openCodePort":1,"awsPort":2,"openCodePassword":""}'],
  ])('refuses a file that is %s, instead of choosing anew', async (_, text) => {
    const file = join(directory, 'settings.json');
    writeFileSync(file, text);
    await expect(openSettings(directory)).rejects.toThrow();
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
});

describe('writePrivate', () => {
  test('writes JSON into a folder that need not be there, and leaves nothing else behind', async () => {
    const file = join(directory, 'a', 'b', 'outputs.json');
    await writePrivate(file, { ApiToken: 't' });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ ApiToken: 't' });
    expect(readdirSync(join(directory, 'a', 'b'))).toEqual(['outputs.json']);
  });

  test('replaces what was there, and makes it private', async () => {
    const file = join(directory, 'outputs.json');
    writeFileSync(file, 'old', { mode: 0o644 });
    await writePrivate(file, { a: 1 });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ a: 1 });
    expect(modeOf(file)).toBe(0o600);
  });

  test('keeps what was there if the new value cannot be written', async () => {
    const file = join(directory, 'outputs.json');
    await writePrivate(file, { a: 1 });
    const circular: { self?: object } = {};
    circular.self = circular;
    await expect(writePrivate(file, circular)).rejects.toThrow();
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ a: 1 });
  });
});
