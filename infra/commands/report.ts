import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { reportPathOf } from '../../functions/contract/report.ts';
import { UsageError } from '../usage-error.ts';
import { apiOf, type ManagementApi } from './api.ts';
import { command, lines } from './command.ts';
import { Failure } from './failure.ts';
import { dataOption } from './local-outputs.ts';

const reportAnswer = z.object({ report: z.object({ url: z.string() }) });

export const report = command({
  name: 'report',
  summary: 'Leads to the page of a session that has ended: alert, decision, checks, answer and diff.',
  forms: [['JOB_ID', 'a link that a browser opens for five minutes; of a storm, that of its session']],
  options: {
    out: { type: 'string', value: 'FILE', help: 'keeps the page as a file, which stands for itself' },
    data: dataOption,
  },
  maxArguments: 1,
  async run({ values, positionals: [jobId] }, world) {
    if (jobId === undefined) throw new UsageError('report needs the id of the job: job_…');
    const api = await apiOf(world, values.data);
    const url = await reportUrl(api, jobId);
    if (values.out === undefined) return { text: lines([url]), done: true };
    await writeFile(values.out, await readPage(url, world.fetch), { mode: 0o600 });
    return { text: lines([values.out]), done: true };
  },
});

/** A link to the page of a session, which opens without a token for five minutes. Throws Failure. */
export const reportUrl = async (api: ManagementApi, jobId: string): Promise<string> =>
  (await api.ask('GET', reportPathOf(encodeURIComponent(jobId)), reportAnswer)).report.url;

/** The page that a link leads to. Throws Failure. */
export async function readPage(url: string, send: typeof fetch): Promise<string> {
  const response = await send(url).catch(() => undefined);
  if (response?.ok) return response.text();
  throw new Failure(`The bucket does not give the page (${response?.status ?? 'no answer'}). Ask for a link anew.`);
}
