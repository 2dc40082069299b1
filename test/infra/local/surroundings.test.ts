import { once } from 'node:events';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { createSampleRepository } from '../../../infra/local/opencode/sample-repository.ts';
import { startRelay } from '../../../infra/local/relay.ts';
import { prepareFolder, reasonOf, requireFreePort, sentenceOf } from '../../../infra/local/surroundings.ts';
import { openTerminal } from '../../../infra/local/terminal.ts';
import { eventually } from '../../support/eventually.ts';
import { smallDisk } from '../../support/small-disk.ts';
import { temporaryFolder } from './local-stack/folders.ts';

const sentenceFor = (work: Promise<unknown>) => work.then(() => 'no error', sentenceOf);

describe('a data folder', () => {
  test('that is not there is made, for the user alone', async () => {
    const folder = join(await temporaryFolder(), 'a', 'b');
    await prepareFolder(folder);
    expect(await readdir(folder)).toEqual([]);
  });

  test('that is a file is refused, and the sentence names --data', async () => {
    const file = join(await temporaryFolder(), 'file');
    await writeFile(file, '');
    expect(await sentenceFor(prepareFolder(file))).toBe(
      `The data folder ${file} is a file: choose another one with --data FOLDER.`,
    );
    expect(await sentenceFor(prepareFolder(join(file, 'below')))).toContain('choose another folder with --data FOLDER');
  });

  test('on a disk without room is refused, with how much is needed', async (context) => {
    const disk = smallDisk(1);
    if (disk === undefined) return context.skip('this user may not mount a small disk');
    expect(await sentenceFor(prepareFolder(join(disk, 'data')))).toMatch(
      /^The disk of .* is full, 1 MB are free and 100 MB are needed: free some, or use a folder on another disk with --data/,
    );
  });

  // The superuser may write everywhere.
  test.skipIf(process.getuid?.() === 0)('that cannot be written is refused', async () => {
    const folder = join(await temporaryFolder(), 'locked');
    await mkdir(folder);
    await chmod(folder, 0o500);
    expect(await sentenceFor(prepareFolder(folder))).toContain(`There is no permission to write at ${folder}`);
  });
});

async function takenPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return z.object({ port: z.int() }).parse(server.address()).port;
}

test('a taken port is found before anything is started, and the data folder is free again', async () => {
  const port = await takenPort();
  const dataDirectory = await temporaryFolder();
  const lines: string[] = [];
  const terminal = openTerminal({ write: (text) => lines.push(text) }, {}, Date.now);
  const options = { dataDirectory, port, server: undefined, openCode: '1' as const, overrides: {} };
  for (const _ of ['once', 'again']) {
    expect(await sentenceFor(startRelay(options, {}, terminal))).toContain(
      `Port ${port} of 127.0.0.1 is taken: choose another with --port N, or any free one with --port 0.`,
    );
  }
  expect(lines).toEqual([]);
  expect(await readdir(dataDirectory)).toEqual([]);
});

test('so is the port of the AWS endpoint, which stays with the folder', async () => {
  const awsPort = await takenPort();
  const dataDirectory = await temporaryFolder();
  const settings = { openCodePort: 1, awsPort, openCodePassword: 'x' };
  await writeFile(join(dataDirectory, 'settings.json'), JSON.stringify(settings));
  const lines: string[] = [];
  const terminal = openTerminal({ write: (text) => lines.push(text) }, {}, Date.now);
  const options = { dataDirectory, port: 0, server: undefined, openCode: '1' as const, overrides: {} };
  expect(await sentenceFor(startRelay(options, {}, terminal))).toBe(
    `Port ${awsPort}, which the AWS endpoint of this data folder has, is in use by another program: end that one, or use another folder with --data FOLDER.`,
  );
  expect(lines).toEqual([]);
});

test('a server that cannot start, while the CDK app is still being synthesized, ends the start with its sentence', async () => {
  const dataDirectory = await temporaryFolder();
  const terminal = openTerminal({ write: () => {} }, {}, Date.now);
  vi.stubEnv('PATH', dataDirectory);
  onTestFinished(() => void vi.unstubAllEnvs());
  const children = () => process.getActiveResourcesInfo().filter((resource) => resource === 'ProcessWrap').length;
  const before = children();
  const options = { dataDirectory, port: 0, server: undefined, openCode: '1' as const, overrides: {} };
  for (const _ of ['once', 'again']) {
    expect(await sentenceFor(startRelay(options, {}, terminal))).toContain('There is no git on PATH');
    await eventually(() => expect(children()).toBe(before));
  }
});

test('a free port stays free', async () => {
  await requireFreePort(0);
});

describe('the sentence for an error of the system', () => {
  const system = (code: string, more = {}) => Object.assign(new Error(`${code}: …`), { code, ...more });
  test.each([
    [
      'ENOSPC',
      { path: '/data/x' },
      'The disk is full at /data/x: free some room, and start again. What is stored is kept.',
    ],
    ['ENOSPC', {}, 'The disk is full: free some room, and start again. What is stored is kept.'],
    [
      'EACCES',
      { path: '/data' },
      'There is no permission to write at /data: choose another folder with --data FOLDER.',
    ],
    ['EROFS', {}, 'The disk is read-only: choose another folder with --data FOLDER.'],
  ])('%s %o', (code, more, sentence) => {
    expect(sentenceOf(system(code, more))).toBe(sentence);
    expect(sentenceOf(new Error('The store cannot be opened', { cause: system(code, more) }))).toBe(sentence);
  });

  test('is its message alone in a line of a stack that goes on, and a fault of ours stays whole', () => {
    expect(reasonOf(system('ENOSPC'))).toBe('ENOSPC: …');
    const fault = new TypeError('x is not a function');
    expect(reasonOf(fault)).toBe(fault);
    expect(reasonOf(system('ERR_INVALID_ARG_TYPE'))).toBeInstanceOf(Error);
  });

  test('a machine without git', async () => {
    const folder = await temporaryFolder();
    vi.stubEnv('PATH', folder);
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await sentenceFor(createSampleRepository(join(folder, 'repository')))).toBe(
      'There is no git on PATH, and the agent works in a git repository: install git, and start again.',
    );
  });

  test('a fault of this program has none: its stack trace is wanted', () => {
    expect(sentenceOf(new TypeError('x is not a function'))).toBeUndefined();
    expect(sentenceOf(system('ERR_INVALID_ARG_TYPE'))).toBeUndefined();
  });
});
