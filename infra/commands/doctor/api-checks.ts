import { z } from 'zod';
import { greenOutcomes } from '../../../functions/contract/outcomes.ts';
import { listRelays, type ManagementApi } from '../api.ts';
import type { World } from '../command.ts';
import { switchAnswer } from '../pause-switch.ts';
import { type Check, ok, toMend } from './finding.ts';

const TOKEN = 'give a token of role write that is for all relays (npm run token)';

/** Looks through the management API alone, the same for a deployed stack and for the local one. */
export const apiChecks = (api: ManagementApi, { now, wait }: Pick<World, 'now' | 'wait'>): Check[] => [
  { name: 'starts', needs: TOKEN, look: () => lookAtSwitch(api) },
  { name: 'servers', needs: TOKEN, look: () => lookAtServers(api, wait) },
  { name: 'routing', needs: TOKEN, look: () => lookAtLedger(api, now) },
  { name: 'outcomes', needs: TOKEN, look: () => lookAtOutcomes(api) },
];

async function lookAtSwitch(api: ManagementApi) {
  const { paused, at, by, reason = 'no reason' } = (await api.ask('GET', '/switch', switchAnswer)).switch;
  if (!paused) return [ok('alerts start sessions')];
  return [
    toMend(
      `all starts are paused since ${at} by ${by} (${reason})`,
      'npm run resume -- --replay, once the reason is gone',
    ),
  ];
}

const lintAnswer = z.object({
  issues: z.array(
    z.object({
      severity: z.string(),
      code: z.string(),
      message: z.string(),
      details: z.record(z.string(), z.unknown()).optional(),
    }),
  ),
});

/** A server opens a directory that it has not seen for seconds, and then answers at once. */
const LOOKS = 4;
const BETWEEN_LOOKS_MS = 2_000;

/** The lint of a relay with its servers. One that was too slow for it is looked at again, as the finding asks for. */
async function lint(api: ManagementApi, wait: World['wait'], relayId: string) {
  const look = () => api.ask('POST', `/relay/${encodeURIComponent(relayId)}/lint`, lintAnswer, { live: true });
  let { issues } = await look();
  for (let looks = 1; looks < LOOKS && issues.some(({ code }) => code === 'rule.server_not_checked'); looks++) {
    await wait(BETWEEN_LOOKS_MS);
    ({ issues } = await look());
  }
  return issues;
}

/** One call may take as long as its slowest server; one relay at a time is kind to small accounts. */
async function lookAtServers(api: ManagementApi, wait: World['wait']) {
  const relays = await listRelays(api);
  if (relays.length === 0)
    return [toMend('there is no relay yet', 'create a relay and a rule (README, "Write a rule")')];
  const lines = [];
  for (const { id, name } of relays) {
    const issues = await lint(api, wait, id);
    // How safe its hooks are is lint's own matter.
    const wrong = issues.filter(({ severity, code }) => severity !== 'info' && code.startsWith('rule.'));
    const reached = issues.filter(({ code }) => code === 'rule.server_reached');
    lines.push(
      ...wrong.map(({ code, message }) =>
        toMend(`relay ${name}: ${message}`, `what ${code} says (functions/api/manage/README.md)`),
      ),
      ...(wrong.length === 0 ? [ok(`relay ${name}: ${serversText(reached)}`)] : []),
    );
  }
  return lines;
}

function serversText(reached: z.infer<typeof lintAnswer>['issues']): string {
  const told = reached.map(({ details }) => `${details?.endpoint} is OpenCode ${details?.version}`);
  return told.length === 0 ? 'no rule asks a server' : [...new Set(told)].join(', ');
}

const ledgerAnswer = z.object({ ledger: z.object({ accepted: z.int(), undecided: z.int() }) });
const DAY_MS = 86_400_000;

/** What was accepted yesterday and came to nothing waits for a day, or lies in a dead-letter queue. */
async function lookAtLedger(api: ManagementApi, now: Date) {
  const [today = '', yesterday = ''] = [0, DAY_MS].map((ago) =>
    new Date(now.getTime() - ago).toISOString().slice(0, 10),
  );
  const sums = { accepted: 0, underWay: 0, stuck: 0 };
  for (const { id } of await listRelays(api)) {
    const read = async (day: string) =>
      (await api.ask('GET', `/relay/${encodeURIComponent(id)}/ledger?day=${day}`, ledgerAnswer)).ledger;
    const [current, before] = [await read(today), await read(yesterday)];
    sums.accepted += current.accepted;
    sums.underWay += current.undecided;
    sums.stuck += before.undecided;
  }
  if (sums.stuck === 0) return [ok(`${sums.accepted} decisions accepted today, ${sums.underWay} of them under way`)];
  return [
    toMend(
      `${sums.stuck} decisions of yesterday were never made`,
      `npm run ledger -- --day ${yesterday}, then the dead letters of the deliveries`,
    ),
  ];
}

const jobsAnswer = z.object({
  jobs: z.array(z.object({ jobData: z.object({ outcome: z.string().nullish(), cause: z.string().nullish() }) })),
});
const LOOKED_AT = 20;
/** What a person or an agent's own question ends says nothing of the relay's health. */
const harmless: readonly string[] = [...greenOutcomes, 'cancelled', 'blocked'];

async function lookAtOutcomes(api: ManagementApi) {
  const { jobs } = await api.ask('GET', `/agents/jobs?limit=${LOOKED_AT}`, jobsAnswer);
  const ended = jobs.flatMap(({ jobData: { outcome, cause } }) => (outcome ? [{ outcome, cause: cause ?? '' }] : []));
  if (ended.length === 0) return [ok('no session has ended yet')];
  const counts = [...Map.groupBy(ended, ({ outcome }) => outcome)].map(([outcome, all]) => `${all.length} ${outcome}`);
  const found = `of the last ${ended.length} sessions ${counts.join(', ')}`;
  const [newest] = ended;
  const failed = ended.filter(({ outcome }) => !harmless.includes(outcome));
  // The newest tells whether it goes on.
  if (failed.length * 2 <= ended.length || newest === undefined || harmless.includes(newest.outcome))
    return [ok(found)];
  return [toMend(found, `the newest says: ${newest.cause}`)];
}
