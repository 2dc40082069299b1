import { z } from 'zod';
import { UsageError } from '../usage-error.ts';
import { apiOf } from './api.ts';
import { command, lines } from './command.ts';
import { dataOption } from './local-outputs.ts';

const acceptAnswer = z.object({
  repository: z.object({
    endpoint: z.string(),
    directory: z.string(),
    changed: z.array(z.string()),
    unread: z.array(z.string()),
  }),
});

export const accept = command({
  name: 'accept',
  summary: "Takes the git folder of a job's repository as it is now, so that sessions begin there again.",
  forms: [['JOB_ID', 'asks the server, and accepts what stands there; look at it yourself before']],
  options: { data: dataOption },
  maxArguments: 1,
  async run({ values, positionals: [jobId] }, world) {
    if (jobId === undefined)
      throw new UsageError('accept needs the id of a job, as the refused session names it: job_…');
    const api = await apiOf(world, values.data);
    const path = `/agents/jobs/${encodeURIComponent(jobId)}/accept-repository`;
    const { repository } = await api.ask('POST', path, acceptAnswer);
    const { endpoint, directory, changed, unread } = repository;
    return {
      text: lines([
        `Accepted: the git folder of ${directory} on ${endpoint} as it is now. Sessions begin there again.`,
        ...(changed.length === 0
          ? ['Nothing differs from what was accepted before.']
          : changed.map((name) => `  changed: ${name}`)),
        ...unread.map((name) => `  not readable, so that a change of it is not seen: ${name}`),
      ]),
      done: true,
    };
  },
});
