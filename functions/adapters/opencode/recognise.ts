import * as z from 'zod';
import { TaskError } from '../../domain/task/errors.ts';
import { ExchangeError, timedOut } from '../http/exchange.ts';
import type { Client } from './client.ts';
import type { TimeLimit } from './limits.ts';
import { type Accepted, accept } from './versions.ts';

/** Kept strictly: it stands in messages and results. */
const answerSchema = z.object({ version: z.string().regex(/^\d+\.\d+\.\d+[\w.+-]{0,60}$/) });

/**
 * Where servers tell their version: 1.x, 2.x from 2.0.8 on, and 2.x before that. A server answers a route that it does
 * not have with its web page, which on 2.x needs no password, or with 404.
 */
const routes = ['/global/health', '/api/info', '/api/health'] as const;

/**
 * A server that is starting takes connections that it never answers, so each try has a connection of its own. One that
 * is slow took up to 36 s: the last try is patient, and the workflow repeats the whole three times.
 */
const TRIES: TimeLimit[] = ['health', 'health', 'read'];

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
  let slow: unknown;
  for (const time of TRIES) {
    try {
      return (await client.ask({ method: 'GET', path, time, alone: true }, answerSchema)).version;
    } catch (error) {
      if (!(error instanceof TaskError && isSlow(error.cause))) throw error;
      slow = error;
    }
  }
  throw slow;
}

/** It took the connection, and is slow or starting; any other trouble was met with in the call itself. */
const isSlow = (cause: unknown): boolean =>
  cause instanceof ExchangeError && cause.code === timedOut && cause.connected;
