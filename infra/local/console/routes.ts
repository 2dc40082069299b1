import type { ManagementApi } from '../../commands/api.ts';
import type { AlertSource } from './alerts.ts';
import type { ExecutionSource } from './executions.ts';
import { sessionSummary, stormRow } from './jobs.ts';
import { readLedger } from './ledger.ts';
import type { Names } from './names.ts';
import { readStackState } from './stack-state.ts';
import type { ExecutionDetail, StormRow } from './views.ts';

/** What the console reads from: the public APIs of the stack. */
export interface Sources {
  api: ManagementApi;
  names(): Promise<Names>;
  alerts: AlertSource;
  executions: ExecutionSource;
  hooksUrl: string;
}

interface Call {
  /** What stands in the path's place. */
  id: string;
  query: URLSearchParams;
}

/** Answers below `/console/api`, as JSON. Undefined: there is no such thing. */
const routes: [path: RegExp, answer: (sources: Sources, call: Call) => Promise<unknown>][] = [
  [/^stack$/, ({ api, hooksUrl }) => readStackState(api, hooksUrl)],
  [/^alerts$/, ({ alerts }, { query }) => alerts.page(query.get('cursor'))],
  [/^alerts\/(\w+)$/, ({ alerts }, { id }) => alerts.one(id)],
  [/^executions$/, ({ executions }, { query }) => executions.page(query.get('machine'), query.get('token'))],
  [/^executions\/([\w.-]+)$/, (sources, { id }) => execution(sources, id)],
  [
    /^executions\/([\w.-]+)\/events$/,
    ({ executions }, { id, query }) => executions.events(id, Number(query.get('after'))),
  ],
  [/^storms$/, (sources) => storms(sources)],
  [/^ledger$/, async ({ api, names }) => readLedger(api, await names(), new Date())],
];

export async function answerFor(sources: Sources, path: string, query: URLSearchParams): Promise<unknown> {
  for (const [pattern, answer] of routes) {
    const matched = pattern.exec(path);
    if (matched) return answer(sources, { id: matched[1] ?? '', query });
  }
  return undefined;
}

async function execution({ executions, api }: Sources, name: string): Promise<ExecutionDetail | undefined> {
  const [found, job] = await Promise.all([
    executions.one(name),
    name.startsWith('job_') ? sessionSummary(api, name) : null,
  ]);
  return found && { ...found, job };
}

/** Each has an execution from its first held alert on, by its own id. */
async function storms({ executions, api, names }: Sources): Promise<StormRow[]> {
  const [page, known] = await Promise.all([executions.page('stm', null), names()]);
  const rows = await Promise.all(page.executions.map(({ name }) => stormRow(api, name, known)));
  return rows.filter((row) => row !== null);
}
