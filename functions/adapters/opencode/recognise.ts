import * as z from 'zod';
import { TaskError } from '../../domain/task/errors.ts';
import { ExchangeError, timedOut } from '../http/exchange.ts';
import type { Client } from './client.ts';
import { type Accepted, accept } from './versions.ts';

/** Kept strictly: it stands in messages and results. */
const answerSchema = z.object({ version: z.string().regex(/^\d+\.\d+\.\d+[\w.+-]{0,60}$/) });

/**
 * Where servers tell their version: 1.x, 2.x from 2.0.8 on, and 2.x before that. A server answers a route that it does
 * not have with its web page, which on 2.x needs no password, or with 404.
 */
const routes = ['/global/health', '/api/info', '/api/health'] as const;

/**
 * A server that is starting takes connections that it never answers, so each try has a connection of its own. With the
 * workflow's three repeats a server that never answers is reported after 4 × 2 × 4 + 14 = 46 s.
 */
const TRIES = 2;

/** Which OpenCode a server is. Throws ServerUnsupported unless it is one whose API and diffs are known to work. */
export async function recognise(client: Client): Promise<Accepted> {
  return accept(await readVersion(client));
}

async function readVersion(client: Client): Promise<string> {
  const refusals: TaskError[] = [];
  for (const path of routes) {
    try {
      return await versionAt(client, path);
    } catch (error) {
      if (!(error instanceof TaskError) || error.name !== 'ServerUnsupported') throw error;
      refusals.push(error);
    }
  }
  throw refusals[0];
}

async function versionAt(client: Client, path: (typeof routes)[number]): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      return (await client.ask({ method: 'GET', path, time: 'health', once: true }, answerSchema)).version;
    } catch (error) {
      const silent = error instanceof TaskError && error.name === 'ServerUnreachable' && isTimeout(error.cause);
      if (!silent || attempt === TRIES) throw error;
    }
  }
}

const isTimeout = (cause: unknown): boolean => cause instanceof ExchangeError && cause.code === timedOut;
