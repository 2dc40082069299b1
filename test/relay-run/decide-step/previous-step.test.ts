import { expect, test } from 'vitest';
import { previousStepOf } from '../../../functions/relay-run/decide-step/previous-step.ts';
import { ended } from '../../support/fakes/relay-steps.ts';
import { sampleCollected, sampleJob, sampleRef } from '../../support/fakes/samples.ts';

const step = ended('blocked');
const told = { ruleName: 'a', outcome: 'blocked', cause: 'As it says.', costUsd: null, sessionUrl: null };
const session = sampleRef();
const collected = sampleCollected({ outcome: 'no_changes', cause: 'Nothing to do.', costUsd: 0.5 });
const more = { ...told, outcome: 'no_changes', cause: 'Nothing to do.' };

test.each([
  ['nothing is known of its job', undefined, told],
  ['its job has no session', sampleJob(), told],
  ['its session has not ended by our books', sampleJob({ session }), { ...told, sessionUrl: session.url }],
  ['it has ended', sampleJob({ session, collected }), { ...more, costUsd: 0.5, sessionUrl: collected.session?.url }],
  ['it ended without a cost', sampleJob({ collected: { ...collected, costUsd: null, session: null } }), more],
])('what a rule is told of the step before it, where %s', async (_, job, expected) => {
  expect(await previousStepOf({ get: async () => job }, step)).toEqual(expected);
});
