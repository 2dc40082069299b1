import type { CheckCalls } from '../../../ports.ts';
import type { WithCommands } from '../shell-command.ts';
import { checkOutputs, endChecks, lookAtChecks, startChecks } from './run-checks.ts';

/**
 * Checks by whatever runs commands on the server. They are asked for from the repository, for a check may have deleted
 * the directory that it runs in.
 */
export const checkCalls = (within: WithCommands): CheckCalls => ({
  startChecks: async (order) => (await within(order.repository, (run) => startChecks(run, order))) ?? false,
  lookAtChecks: ({ id, repository }) => within(repository, (run) => lookAtChecks(run, id)),
  checkOutputs: async ({ id, repository }, runs) =>
    (await within(repository, (run) => checkOutputs(run, id, runs))) ?? runs.map(() => null),
  endChecks: async ({ id, repository }) => (await within(repository, (run) => endChecks(run, id))) ?? false,
});
