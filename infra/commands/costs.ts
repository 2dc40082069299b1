import { z } from 'zod';
import { type Spent, type SpentJob, spentBy, spentJobSchema } from '../costs/spent.ts';
import { apiOf, type ManagementApi } from './api.ts';
import { command, lines } from './command.ts';
import { dataOption } from './local-outputs.ts';
import { instantOf } from './since.ts';

const jobsAnswer = z.object({ jobs: z.array(spentJobSchema), nextCursor: z.string().nullable() });

/** Pages that are read at most: a hundred sessions each, those of a month of some 600 a day. */
const MOST_PAGES = 200;

export const costs = command({
  name: 'costs',
  summary: 'Tells what ended sessions have cost, by rule and integration, and for each usable patch.',
  forms: [['[--since SPAN]', 'sessions, patches, US dollars and tokens, the dearest first']],
  options: {
    since: {
      type: 'string',
      default: '30d',
      value: 'SPAN',
      help: 'how far back: 30d, 12h, or an instant such as 2027-03-01T00:00:00Z',
    },
    data: dataOption,
  },
  maxArguments: 0,
  notes: 'Costs are those that the OpenCode servers tell. What AWS costs beside them: infra/COSTS.md.',
  async run({ values }, world) {
    const since = instantOf(values.since, world.now);
    const { jobs, isCut } = await readJobs(await apiOf(world, values.data), since);
    return { text: lines(costsText(jobs, since, isCut)), done: true };
  },
});

/** Newest first, until they are older. */
async function readJobs(api: ManagementApi, since: Date): Promise<{ jobs: SpentJob[]; isCut: boolean }> {
  const jobs: SpentJob[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MOST_PAGES; page++) {
    const query = new URLSearchParams({ limit: '100', ...(cursor !== null && { cursor }) });
    const answer: z.output<typeof jobsAnswer> = await api.ask('GET', `/agents/jobs?${query}`, jobsAnswer);
    const wanted = answer.jobs.filter(({ createdAt }) => Date.parse(createdAt) >= since.getTime());
    jobs.push(...wanted);
    cursor = answer.nextCursor;
    if (cursor === null || wanted.length < answer.jobs.length) return { jobs, isCut: false };
  }
  return { jobs, isCut: true };
}

function costsText(jobs: SpentJob[], since: Date, isCut: boolean): string[] {
  const { all, rules, integrations } = spentBy(jobs);
  const untold = all.untold === 0 ? '' : `, of which ${all.untold} told no cost`;
  const width = Math.max(...[all, ...rules, ...integrations].map(({ name }) => name.length));
  const rows = (each: Spent[]) => each.map((spent) => rowOf(spent, width));
  return [
    `${all.sessions} sessions that began since ${since.toISOString()} and have ended${untold}`,
    ...(isCut ? [`Older ones are left out: these are the newest ${jobs.length} jobs.`] : []),
    '',
    headOf(width),
    ...rows([all]),
    '',
    'By rule',
    ...rows(rules),
    '',
    'By integration',
    ...rows(integrations),
  ];
}

const headOf = (width: number): string =>
  `  ${' '.repeat(width)}  sessions  patches        USD  USD/patch  sessions/patch     tokens`;

function rowOf({ name, sessions, patches, usd, tokens }: Spent, width: number): string {
  const perPatch = (figure: number) => (patches === 0 ? '-' : (figure / patches).toFixed(2));
  return [
    `  ${name.padEnd(width)}`,
    String(sessions).padStart(8),
    String(patches).padStart(7),
    usd.toFixed(2).padStart(9),
    perPatch(usd).padStart(9),
    perPatch(sessions).padStart(14),
    String(tokens).padStart(9),
  ].join('  ');
}
