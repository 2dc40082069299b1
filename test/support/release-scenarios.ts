import { type ExecutionInput, executionInputSchema } from '../../functions/contract/execution.ts';
import { synthesizedDefinition } from './definition.ts';
import { sampleRule } from './fakes/alert-samples.ts';
import { play } from './relay-run.ts';
import { alertNamed, playStorm } from './storm-run.ts';
import type { Template } from './template.ts';
import { type Crossing, walk } from './workflow.ts';
import { executionInput, lambdaError, running } from './workflow-functions.ts';

/** What became of a scenario: how its execution ended. */
interface Told {
  scenario: string;
  ending: string;
}

interface Watching {
  /** Whose definitions are run; absent: those of today. */
  template?: Template;
  /** Instead of `inputs`. */
  input?: ExecutionInput;
  onCrossing?(crossing: Crossing): void;
}

/** Every field that an execution may carry. */
const wholeInput = (): ExecutionInput => {
  const input = executionInput({ seconds: 30, maxAttempts: 120 });
  return executionInputSchema.parse({
    ...input,
    startedBy: { ...input.startedBy, user: 'admin' },
    storm: { id: 'stm_1', alerts: 12 },
    limits: { costUsd: 5, tokens: 100_000, messages: 50, minutes: 60, stallMinutes: 15 },
    budgets: { day: '2026-01-01', scopes: ['rule:rul_1', 'relay:rly_1'] },
    maxConcurrent: 2,
    session: { ...input.session, model: { providerID: 'anthropic', modelID: 'claude' }, agent: 'build' },
  });
};

/** What sessions are started with. */
export const sessionInputs = (): ExecutionInput[] => [executionInput({ seconds: 30, maxAttempts: 120 }), wholeInput()];

/** Sessions that go well, wait for their turn, use up their polls, find no server, or are given up as blocked. */
export async function playSessions({ template, input, onCrossing }: Watching): Promise<Told[]> {
  const inputs = input ? [input] : sessionInputs();
  const definition = template && JSON.stringify(synthesizedDefinition(template));
  const base = { ...(definition && { definition }), ...(onCrossing && { onCrossing }) };
  const scripts = {
    well: {},
    waits: {
      'Create session': ({ attempt }: { attempt: number }) => {
        if (attempt === 1) throw lambdaError('SlotNotFree', 'The session waits.');
      },
    },
    'server gone': {
      'Create session': () => {
        throw lambdaError('CredentialsRejected', 'The server rejects the credentials.');
      },
    },
    blocked: {
      'Poll session': () => ({
        ...running,
        state: 'ended',
        active: true,
        ending: { outcome: 'blocked', cause: 'It waits for an answer.' },
      }),
    },
    'without end': { 'Poll session': () => running },
  };
  const told: Told[] = [];
  for (const each of inputs) {
    for (const [scenario, script] of Object.entries(scripts)) {
      const poll = scenario === 'without end' ? { ...each.poll, maxAttempts: 2 } : each.poll;
      const { published, ending } = await walk({ ...base, script, input: { ...each, poll } });
      told.push({ scenario, ending: `${ending?.status} ${published[0]?.outcome}` });
    }
  }
  return told;
}

/** An alert through two rules of which the first comes to nothing. */
export async function playRelayRun({ template, onCrossing }: Watching) {
  const definition = template && JSON.stringify(synthesizedDefinition(template, 'RelayRuns'));
  const rules = ['a', 'b'].map((id, order) => sampleRule({ id, name: id, order, group: 'g' }));
  return play({
    ...(definition && { definition }),
    ...(onCrossing && { onCrossing }),
    rules,
    outcomes: { a: ['blocked'] },
  });
}

/** Ten alerts at once, of which one session finds the cause. */
export async function playStormOfTen({ template, onCrossing }: Watching) {
  const definition = template && JSON.stringify(synthesizedDefinition(template, 'Storms'));
  const alerts = Array.from({ length: 10 }, (_, index) => alertNamed(`alert-${index}`));
  return playStorm({
    ...(definition && { definition }),
    ...(onCrossing && { onCrossing }),
    meanwhile: [{ at: 0, alerts }],
  });
}
