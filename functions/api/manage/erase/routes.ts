import * as z from 'zod';
import { nothing } from '../fields.ts';
import { type Route, route } from '../route.ts';
import { type EraseDeps, eraseAlert } from './erase.ts';

export const eraseRoutes = (deps: EraseDeps): Route[] => [
  route({
    method: 'POST',
    path: '/alerts/{alertId}/erase',
    operation: 'eraseAlert',
    summary:
      'Overwrites what an alert says wherever it is stored, and deletes results of its sessions. Refused while it is open.',
    needs: 'admin',
    envelope: 'erasure',
    query: nothing,
    body: nothing,
    answer: z.strictObject({ alertId: z.string(), erasedAt: z.string(), jobIds: z.array(z.string()) }),
    run: ({ parameter }) => eraseAlert(deps, parameter('alertId')),
  }),
];
