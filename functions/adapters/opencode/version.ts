import * as z from 'zod';
import { TaskError } from '../../domain/task/errors.ts';
import { ExchangeError, timedOut } from '../http/exchange.ts';
import type { Client } from './client.ts';

/** Kept strictly: it stands in messages and results. */
const versionSchema = z.string().regex(/^\d+\.\d+\.\d+[\w.+-]{0,60}$/);

/**
 * A server that is starting takes connections that it never answers, so each try has a connection of its own. With the
 * workflow's three repeats a server that never answers is reported after 4 × 2 × 4 + 14 = 46 s.
 */
const TRIES = 2;

/**
 * The first 1.x whose diffs were seen to work: until 1.3 every diff of a message is empty, so that all work would look
 * like none, and 1.4 to 1.13 are not known. What is in use and tested is 1.18.
 */
const OLDEST_MINOR = 14;

/** The server's version. Throws ServerUnsupported unless it is one whose API and diffs are known to work. */
export async function readVersion(client: Client): Promise<string> {
  const version = await health(client).catch(async (error: unknown) => {
    if (!(error instanceof TaskError) || error.name !== 'ServerUnsupported') throw error;
    throw (await asNextMajor(client)) ?? error;
  });
  const [major, minor] = version.split('.').map(Number);
  if (major !== 1) throw unsupported(version);
  if (minor === undefined || minor < OLDEST_MINOR) {
    throw new TaskError(
      'ServerUnsupported',
      `The server is OpenCode ${version}, which is not known to tell what a session changed. Update it to 1.18.`,
    );
  }
  return version;
}

async function health(client: Client): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      const schema = z.object({ version: versionSchema });
      return (await client.ask({ method: 'GET', path: '/global/health', time: 'health', once: true }, schema)).version;
    } catch (error) {
      const silent = error instanceof TaskError && error.name === 'ServerUnreachable' && isTimeout(error.cause);
      if (!silent || attempt === TRIES) throw error;
    }
  }
}

const isTimeout = (cause: unknown): boolean => cause instanceof ExchangeError && cause.code === timedOut;

/** 2.x answers the old route with its web page and has a route of its own; that of 1.18 tells no version. */
async function asNextMajor(client: Client): Promise<TaskError | undefined> {
  try {
    const schema = z.object({ version: versionSchema });
    return unsupported((await client.ask({ method: 'GET', path: '/api/health', time: 'health' }, schema)).version);
  } catch {
    return undefined;
  }
}

const unsupported = (version: string): TaskError =>
  new TaskError('ServerUnsupported', `The server is OpenCode ${version}; only 1.x is supported. Run 1.18.`);
