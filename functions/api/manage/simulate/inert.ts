import type { RouteWaveDeps } from '../../../decisions/route-wave.ts';
import type { Job } from '../../../domain/job/job.ts';
import type { StormWindow } from '../../../domain/storm/storm-window.ts';
import type { IncidentJobs, JobStore, SwitchStore, TitleClaim, TitleClaims, WindowStore } from '../../../ports.ts';

/** What the router reads besides alerts and rules. */
export interface ReadDeps {
  jobs: Pick<JobStore, 'get'>;
  windows: Pick<WindowStore, 'read'>;
  titles: Pick<TitleClaims, 'holder'>;
  incidentJobs: Pick<IncidentJobs, 'last'>;
  switch: Pick<SwitchStore, 'read'>;
}

/**
 * The router's ports as they are to read, and none to write: nothing is started, stopped, called or stored. What the alerts of
 * one payload have to say to each other is kept in memory. Budgets of the day are taken for open.
 */
export function inert(deps: ReadDeps, at: Date): Omit<RouteWaveDeps, 'alerts'> {
  const windows = new Map<string, StormWindow>();
  const titles = new Map<string, TitleClaim>();
  const jobs = new Map<string, Job>();
  return {
    jobs: {
      get: async (id) => jobs.get(id) ?? (await deps.jobs.get(id)),
      createOrGet: async (job) => jobs.set(job.id, job).get(job.id) ?? job,
      markStarted: async () => {},
      settle: async () => false,
    },
    executions: { start: async () => '' },
    stopper: { stop: async () => false },
    relayRuns: { start: async () => '' },
    stormExecutions: { start: async () => '' },
    webhookCalls: { send: async () => {} },
    windows: {
      read: async (ruleId) => {
        const stored = await deps.windows.read(ruleId);
        return { ...stored, window: windows.get(ruleId) ?? stored.window };
      },
      write: async (ruleId, window) => windows.set(ruleId, window).has(ruleId),
    },
    storms: {
      createOrGet: async (storm) => storm,
      get: async () => undefined,
      markStarted: async () => {},
      addHeld: async () => {},
    },
    titles: {
      holder: async (relayId, title) => titles.get(title) ?? (await deps.titles.holder(relayId, title)),
      claim: async (_, title, claim, before) => {
        const held = titles.get(title);
        if (held && held.jobId !== before?.jobId) return false;
        titles.set(title, claim);
        return true;
      },
    },
    incidentJobs: { last: deps.incidentJobs.last, remember: async () => {} },
    budgets: { take: async () => undefined, giveBack: async () => {}, spend: async () => {} },
    stackBudget: {},
    decisions: {
      standing: async () => new Map(),
      record: async ({ reason }) => ({ reason, counted: true }),
      move: async () => false,
    },
    clock: { now: () => at },
  };
}
