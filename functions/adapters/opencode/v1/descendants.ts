import * as z from 'zod';
import type { Client } from '../client.ts';
import { walkDescendants } from '../family.ts';
import { sessionPath } from './paths.ts';

const childrenSchema = z.array(z.object({ id: z.string() }));

export const readDescendants = (client: Client, id: string): Promise<string[]> =>
  walkDescendants(id, async (parent) => {
    const children = await client.ask({ method: 'GET', path: sessionPath(parent, '/children') }, childrenSchema);
    return children.map((child) => child.id);
  });
