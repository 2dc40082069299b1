import * as z from 'zod';
import { nothing } from '../fields.ts';
import { organizationId } from '../organization.ts';
import { type Route, route } from '../route.ts';
import type { MemberDeps } from './members.ts';

/**
 * A member is a named token, and every token may do everything. The contract wants an address; where the name is none, it
 * gets one under `.invalid` (RFC 2606), to which nothing is ever sent.
 */
const memberView = (name: string) => ({
  userId: name,
  organizationId,
  role: 'admin' as const,
  email: name.includes('@') ? name : `${name}@opencode-relay.invalid`,
});

const memberViewSchema = z.strictObject({
  userId: z.string(),
  organizationId: z.string(),
  role: z.literal('admin'),
  email: z.string(),
});

export const memberRoutes = ({ members }: MemberDeps): Route[] => [
  route({
    method: 'GET',
    path: '/members',
    operation: 'listMembers',
    summary: 'Everybody who may use this API: the names of its tokens.',
    envelope: 'members',
    query: nothing,
    body: nothing,
    answer: z.array(memberViewSchema),
    run: async () => (await members.names()).map(memberView),
  }),
];
