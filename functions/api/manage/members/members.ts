import type { Members } from '../../../ports.ts';
import { type ApiRefusal, invalid } from '../refusal.ts';

export interface MemberDeps {
  members: Members;
}

/** Refuses a user who has no token here: nobody could tell later who was meant. The caller is one in any case. */
export async function refuseStranger(
  { members }: MemberDeps,
  userId: string,
  caller: string,
): Promise<ApiRefusal | undefined> {
  if (userId === caller || (await members.holders()).some(({ name }) => name === userId)) return undefined;
  const message = 'is no member: members are the names of the API tokens, see GET /v0/members.';
  return invalid([{ path: ['userId'], code: 'unknown_member', message }]);
}
