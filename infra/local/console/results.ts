import { z } from 'zod';
import type { ManagementApi } from '../../commands/api.ts';
import { reportUrl } from '../../commands/report.ts';

const link = z.string().nullable();
const resultAnswer = z.object({ result: z.object({ patch: link, answer: link, manifest: link }) });

export const resultParts = ['report', 'patch', 'answer', 'manifest'] as const;
export type ResultPart = (typeof resultParts)[number];

/** An address that opens one part of a session's result, made for this click; null where there is no such part. */
export async function resultLink(api: ManagementApi, jobId: string, part: ResultPart): Promise<string | null> {
  if (part === 'report') return reportUrl(api, jobId);
  return (await api.ask('GET', `/agents/jobs/${encodeURIComponent(jobId)}/result`, resultAnswer)).result[part];
}
