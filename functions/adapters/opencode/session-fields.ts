import * as z from 'zod';
import type { Tokens } from '../../contract/execution.ts';
import type { SessionServer } from '../../ports.ts';

/** What both dialects do with sessions. */
export type SessionCalls = Pick<
  SessionServer,
  | 'findSession'
  | 'createSession'
  | 'session'
  | 'descendants'
  | 'page'
  | 'prompt'
  | 'observe'
  | 'atWork'
  | 'messages'
  | 'abort'
>;

/** What a session has used, by the fields that both dialects have. 1.x tells it from 1.18 on. */
export const usageFields = {
  cost: z.number().default(0),
  tokens: z
    .object({
      input: z.number(),
      output: z.number(),
      reasoning: z.number(),
      cache: z.object({ read: z.number(), write: z.number() }),
    })
    .default({ input: 0, output: 0, reasoning: 0, cache: { read: 0, write: 0 } })
    .transform(({ input, output, reasoning, cache }): Tokens => {
      return { input, output, reasoning, cacheRead: cache.read, cacheWrite: cache.write };
    }),
};
