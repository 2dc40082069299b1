import * as z from 'zod';
import { lintIssueSchema } from '../../../contract/lint.ts';
import { mayAtLeast, roleRefusal } from '../access.ts';
import { nothing } from '../fields.ts';
import { type Route, route } from '../route.ts';
import { type LintDeps, lint } from './lint.ts';

const MAX_DAYS = 366;

/**
 * `simulateAt` and `coverageDays` are about on-call schedules: taken, for the contract has them, and without effect.
 */
const lintInput = z.strictObject({
  simulateAt: z.iso.datetime({ offset: true }).optional(),
  coverageDays: z.int().min(0).max(MAX_DAYS).optional(),
  live: z.boolean().optional(),
});

export const lintRoutes = (deps: LintDeps): Route[] => [
  route({
    method: 'POST',
    path: '/relay/{relayId}/lint',
    operation: 'lintRelay',
    summary: 'Looks for what is wrong with a relay and its rules; with live, also asks the servers of the rules.',
    changes: false,
    query: nothing,
    body: lintInput,
    example: { live: false },
    answer: z.strictObject({ issues: z.array(lintIssueSchema) }),
    run: ({ parameter, body, access }) => {
      // It uses the passwords of the rules.
      if (body.live && !mayAtLeast(access.role, 'write')) return Promise.resolve(roleRefusal(access.role, 'write'));
      return lint(deps, parameter('relayId'), body);
    },
  }),
];
