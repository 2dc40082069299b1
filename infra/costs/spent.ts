import { z } from 'zod';
import { outcomes } from '../../functions/contract/outcomes.ts';

/** What is read of a job of the API. The triage of a storm is one too, and its session another of its own. */
export const spentJobSchema = z.object({
  createdAt: z.string(),
  jobType: z.string(),
  jobData: z.object({
    ruleId: z.string().optional(),
    ruleName: z.string().optional(),
    integrationId: z.string().optional(),
    outcome: z.enum(outcomes).nullish(),
    tokens: z.record(z.string(), z.number()).nullish(),
    costUsd: z.number().nullish(),
  }),
});
export type SpentJob = z.infer<typeof spentJobSchema>;

/** What the ended sessions of a rule, of an integration or of all came to. */
export interface Spent {
  name: string;
  sessions: number;
  /** Sessions that ended as `diff_ready`. */
  patches: number;
  usd: number;
  tokens: number;
  /** Sessions of which nobody told the cost: they cost nothing here. */
  untold: number;
}

/** All sessions, and those of each rule and of each integration, the dearest first. */
export function spentBy(jobs: SpentJob[]): { all: Spent; rules: Spent[]; integrations: Spent[] } {
  const ended = jobs.filter(({ jobType, jobData }) => jobType === 'poll_agent_status' && jobData.outcome);
  const by = (nameOf: (data: SpentJob['jobData']) => string): Spent[] =>
    [...Map.groupBy(ended, ({ jobData }) => nameOf(jobData))]
      .map(([name, group]) => sumOf(name, group))
      .sort((a, b) => b.usd - a.usd || b.sessions - a.sessions);
  return {
    all: sumOf('all', ended),
    rules: by(({ ruleId = '', ruleName = '' }) => `${ruleName} (${ruleId})`),
    integrations: by(({ integrationId = 'unknown' }) => integrationId),
  };
}

function sumOf(name: string, jobs: SpentJob[]): Spent {
  const sum = (figure: (data: SpentJob['jobData']) => number) =>
    jobs.reduce((total, { jobData }) => total + figure(jobData), 0);
  return {
    name,
    sessions: jobs.length,
    patches: sum(({ outcome }) => Number(outcome === 'diff_ready')),
    usd: sum(({ costUsd }) => costUsd ?? 0),
    tokens: sum(({ tokens }) => Object.values(tokens ?? {}).reduce((total, each) => total + each, 0)),
    untold: sum(({ costUsd }) => Number(costUsd == null)),
  };
}
