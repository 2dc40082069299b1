import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectApi } from '../commands/api.ts';
import { readPage, reportUrl } from '../commands/report.ts';

/** Fetches a session's page, as anybody does, into a file that a browser opens. */
export async function saveReport(
  jobId: string,
  { url, token, folder }: { url: string; token: string; folder: string },
): Promise<string> {
  const page = await readPage(await reportUrl(connectApi({ url, token }), jobId), fetch);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${jobId}.html`);
  await writeFile(path, page, { mode: 0o600 });
  return path;
}
