import * as z from 'zod';
import type { TokenHolder } from '../../../contract/api-tokens.ts';
import { nothing } from '../fields.ts';
import { organizationId } from '../organization.ts';
import { type Route, route } from '../route.ts';
import type { MemberDeps } from './members.ts';

/**
 * A member is a named token. The contract knows two roles, and wants an address; where the name is none, it gets one
 * under `.invalid` (RFC 2606), to which nothing is ever sent.
 */
const memberView = ({ name, role, relayId }: TokenHolder) => ({
  userId: name,
  organizationId,
  role: role === 'admin' && relayId === null ? ('admin' as const) : ('member' as const),
  email: name.includes('@') ? name : `${name}@opencode-relay.invalid`,
});

const memberViewSchema = z.strictObject({
  userId: z.string(),
  organizationId: z.string(),
  role: z.enum(['admin', 'member']),
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
    shared: true,
    answer: z.array(memberViewSchema),
    run: async () => (await members.holders()).map(memberView),
  }),
];
