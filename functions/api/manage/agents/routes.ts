import * as z from 'zod';
import { nothing } from '../fields.ts';
import { pageQuery, pageSchema } from '../page.ts';
import { each, type Route, route, shown } from '../route.ts';
import { type AcceptRepositoryDeps, acceptRepository } from './accept-repository.ts';
import { anyJobView, anyJobViewSchema, statusView } from './any-job-view.ts';
import { decisionView, decisionViewSchema } from './decision-view.ts';
import { jobStatusSchema } from './job-status.ts';
import { jobView, jobViewSchema } from './job-view.ts';
import { cancelJob, getJob, getJobResult, getJobStatus, type JobDeps, listJobs } from './jobs.ts';
import { getJobReport, type ReportDeps } from './report.ts';
import { type RunRuleDeps, runRule } from './run-rule.ts';
import { type CallsDeps, listDecisions, type WorkDeps } from './work.ts';

const resultSchema = z.strictObject({
  patch: z.string().nullable(),
  answer: z.string().nullable(),
  manifest: z.string(),
  expiresAt: z.string(),
});

const reportSchema = z.strictObject({ url: z.string(), expiresAt: z.string() });

const acceptedSchema = z.strictObject({
  endpoint: z.string(),
  directory: z.string(),
  changed: z.array(z.string()),
  unread: z.array(z.string()),
});

export const agentRoutes = (
  deps: JobDeps & ReportDeps & RunRuleDeps & AcceptRepositoryDeps & WorkDeps & CallsDeps,
): Route[] => [
  route({
    method: 'GET',
    path: '/agents/jobs',
    operation: 'listJobs',
    summary: 'Agent jobs, sessions and the triage of storms, newest first, in pages.',
    shared: true,
    query: pageQuery,
    body: nothing,
    answer: pageSchema('jobs', anyJobViewSchema),
    run: async ({ query, access }) => {
      const { views, nextCursor } = await listJobs(deps, { ...query, ...access }, anyJobView);
      return { jobs: views, nextCursor };
    },
  }),
  route({
    method: 'GET',
    path: '/agents/jobs/{jobId}',
    operation: 'getJob',
    summary: 'One agent job.',
    envelope: 'job',
    query: nothing,
    body: nothing,
    answer: anyJobViewSchema,
    run: async ({ parameter }) => shown(await getJob(deps, parameter('jobId')), anyJobView),
  }),
  route({
    method: 'GET',
    path: '/agents/jobs/{jobId}/status',
    operation: 'getJobStatus',
    summary: 'How far a job is, or how it ended, with links to its execution and its session.',
    envelope: 'status',
    query: nothing,
    body: nothing,
    answer: jobStatusSchema,
    run: async ({ parameter }) => shown(await getJobStatus(deps, parameter('jobId')), statusView),
  }),
  route({
    method: 'GET',
    path: '/agents/jobs/{jobId}/result',
    operation: 'getJobResult',
    summary: 'Links to patch, answer and manifest, which open without a token for five minutes.',
    envelope: 'result',
    query: nothing,
    body: nothing,
    answer: resultSchema,
    run: ({ parameter }) => getJobResult(deps, parameter('jobId')),
  }),
  route({
    method: 'GET',
    path: '/agents/jobs/{jobId}/report',
    operation: 'getJobReport',
    summary: 'A link to the page of a session that has ended, which opens without a token for five minutes.',
    envelope: 'report',
    query: nothing,
    body: nothing,
    answer: reportSchema,
    run: ({ parameter }) => getJobReport(deps, parameter('jobId')),
  }),
  route({
    method: 'POST',
    path: '/agents/jobs/{jobId}/cancel',
    operation: 'cancelJob',
    summary: 'Stops the execution of a job; its session is aborted, and the outcome is `cancelled`.',
    envelope: 'job',
    query: nothing,
    body: nothing,
    answer: anyJobViewSchema,
    run: async ({ parameter, caller }) => shown(await cancelJob(deps, parameter('jobId'), caller), anyJobView),
  }),
  route({
    method: 'POST',
    path: '/agents/jobs/{jobId}/accept-repository',
    operation: 'acceptRepository',
    summary:
      "Takes the git folder of a job's repository as it is now, so that sessions begin there again. `changed`: what was not as before.",
    needs: 'admin',
    envelope: 'repository',
    query: nothing,
    body: nothing,
    answer: acceptedSchema,
    run: ({ parameter }) => acceptRepository(deps, parameter('jobId')),
  }),
  route({
    method: 'GET',
    path: '/alerts/{alertId}/decisions',
    operation: 'listDecisions',
    summary: 'What each rule did with an alert, by reason code, with a sentence and a count, and what it has come to.',
    envelope: 'decisions',
    query: nothing,
    body: nothing,
    answer: z.array(decisionViewSchema),
    run: async ({ parameter }) => shown(await listDecisions(deps, parameter('alertId')), each(decisionView)),
  }),
  route({
    method: 'POST',
    path: '/alerts/{alertId}/rules/{ruleId}/run',
    operation: 'runRule',
    summary: 'Has a rule run for an alert once more, whatever was decided before.',
    envelope: 'job',
    query: nothing,
    body: nothing,
    answer: jobViewSchema,
    run: async ({ parameter, caller }) => {
      const ids = { alertId: parameter('alertId'), ruleId: parameter('ruleId') };
      return shown(await runRule(deps, ids, caller), jobView);
    },
  }),
];
