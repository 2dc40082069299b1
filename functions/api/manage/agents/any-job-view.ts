import * as z from 'zod';
import { type AnyJob, isStorm } from './any-job.ts';
import { jobStatusView } from './job-status.ts';
import { jobView, jobViewSchema } from './job-view.ts';
import type { JobStatus } from './jobs.ts';
import { stormStatusView, stormView, stormViewSchema } from './storm-view.ts';

/** `jobType` tells the two apart. */
export const anyJobView = (job: AnyJob) => (isStorm(job) ? stormView(job) : jobView(job));

export const anyJobViewSchema = z.discriminatedUnion('jobType', [jobViewSchema, stormViewSchema]);

export const statusView = (status: JobStatus) =>
  'storm' in status ? stormStatusView(status.storm, status.session) : jobStatusView(status);
