import * as z from 'zod';

/** Of the page of a session, beside its manifest. */
export const reportKeyOf = (jobId: string): string => `${jobId}/report.html`;

/** Where the management API gives a link to the page, below `/v0`. */
export const reportPathOf = (jobId: string): string => `/agents/jobs/${jobId}/report`;

/** The outcome event of a session, as the bus brings it, or the management API's question. */
export const reportInputSchema = z.union([
  z.object({ jobId: z.string() }),
  z.object({ detail: z.object({ jobId: z.string() }) }).transform(({ detail }) => detail),
]);

const reportStatuses = ['written', 'already_there', 'not_ended', 'erased', 'unknown_job'] as const;
export type ReportStatus = (typeof reportStatuses)[number];

export const reportAnswerSchema = z.object({ status: z.enum(reportStatuses) });
