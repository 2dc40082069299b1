import * as z from 'zod';
import type { PendingRequest } from '../../domain/session/session.ts';
import { cut } from '../../domain/text/cut.ts';
import type { Client } from './client.ts';

/** A pattern can be a whole shell command, and a question a page; what stands first says enough. */
const SUBJECT_CHARACTERS = 200;

const permissionsSchema = z.array(
  z.object({ sessionID: z.string(), permission: z.string(), patterns: z.array(z.string()).default([]) }),
);
const questionsSchema = z.array(
  z.object({ sessionID: z.string(), questions: z.array(z.object({ question: z.string() })) }),
);

/** What sessions of a directory wait for, those of aborted sessions included: the server keeps them in its lists. */
export async function readPending(client: Client, directory: string): Promise<PendingRequest[]> {
  const query = { directory };
  const permissions = await client.ask({ method: 'GET', path: '/permission', query, size: 'large' }, permissionsSchema);
  const questions = await client.ask({ method: 'GET', path: '/question', query, size: 'large' }, questionsSchema);
  return [
    ...permissions.map(({ sessionID, permission, patterns }) => ({
      sessionId: sessionID,
      kind: 'permission' as const,
      subject: short(`${permission} ${patterns.join(', ')}`),
    })),
    ...questions.map(({ sessionID, questions: asked }) => ({
      sessionId: sessionID,
      kind: 'question' as const,
      subject: short(asked.map(({ question }) => question).join(' ')),
    })),
  ];
}

const short = (text: string): string => cut(text.replace(/\s+/g, ' ').trim(), SUBJECT_CHARACTERS);
