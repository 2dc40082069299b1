import { z } from 'zod';
import type { ManagementApi } from '../../commands/api.ts';

const link = z.string().nullable();
const resultAnswer = z.object({ result: z.object({ patch: link, answer: link, manifest: link }) });
const reportAnswer = z.object({ report: z.object({ url: z.string() }) });

export const resultParts = ['report', 'patch', 'answer', 'manifest'] as const;
export type ResultPart = (typeof resultParts)[number];

/** An address that opens one part of a session's result, made for this click; null where there is no such part. */
export async function resultLink(api: ManagementApi, jobId: string, part: ResultPart): Promise<string | null> {
  const path = `/agents/jobs/${encodeURIComponent(jobId)}`;
  if (part === 'report') return (await api.ask('GET', `${path}/report`, reportAnswer)).report.url;
  return (await api.ask('GET', `${path}/result`, resultAnswer)).result[part];
}
