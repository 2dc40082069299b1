import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { reportPathOf } from '../../functions/contract/report.ts';
import { connectApi } from '../commands/api.ts';
import { readPage } from '../commands/report.ts';

const reportAnswer = z.object({ report: z.object({ url: z.string() }) });

/** Fetches a session's page, as anybody does, into a file that a browser opens. */
export async function saveReport(
  jobId: string,
  { url, token, folder }: { url: string; token: string; folder: string },
): Promise<string> {
  const { report } = await connectApi({ url, token }).ask('GET', reportPathOf(jobId), reportAnswer);
  const page = await readPage(report.url, fetch);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${jobId}.html`);
  await writeFile(path, page, { mode: 0o600 });
  return path;
}
