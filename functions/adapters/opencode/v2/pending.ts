import * as z from 'zod';
import type { PendingRequest } from '../../../domain/session/session.ts';
import type { Client } from '../client.ts';
import { shortened } from '../shortened.ts';
import { dataOf } from './location.ts';
import { sessionPath } from './paths.ts';

const permissionsSchema = dataOf(z.array(z.object({ action: z.string(), resources: z.array(z.string()).default([]) })));
const formsSchema = dataOf(
  z.array(
    z.object({
      title: z.string().default(''),
      fields: z.array(z.object({ title: z.string().optional(), description: z.string().optional() })).default([]),
    }),
  ),
);

/** What one session waits for. A form of any kind is a question, asked in its fields' descriptions. */
export async function readPending(client: Client, sessionId: string): Promise<PendingRequest[]> {
  const permissions = await client.ask(
    { method: 'GET', path: sessionPath(sessionId, '/permission'), size: 'large' },
    permissionsSchema,
  );
  const forms = await client.ask({ method: 'GET', path: sessionPath(sessionId, '/form'), size: 'large' }, formsSchema);
  return [
    ...permissions.data.map(({ action, resources }): PendingRequest => {
      return { sessionId, kind: 'permission', subject: shortened(`${action} ${resources.join(', ')}`) };
    }),
    ...forms.data.map(({ title, fields }): PendingRequest => {
      const asked = fields.map((field) => field.description ?? field.title ?? '').join(' ');
      return { sessionId, kind: 'question', subject: shortened(asked.trim() === '' ? title : asked) };
    }),
  ];
}
