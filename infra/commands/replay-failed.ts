import { z } from 'zod';
import { isGreen, outcomes } from '../../functions/contract/outcomes.ts';
import { type ReasonCounts, reasonCodes } from '../../functions/contract/reason-codes.ts';
import { UsageError } from '../usage-error.ts';
import { apiOf, type ManagementApi, someRelays } from './api.ts';
import { command, lines } from './command.ts';
import { countsSchema, countsText } from './counts-text.ts';
import { dataOption } from './local-outputs.ts';

const failedAnswer = z.object({
  failed: z.array(
    z.object({
      alertId: z.string(),
      title: z.string(),
      receivedAt: z.string(),
      ruleId: z.string(),
      outcome: z.string(),
      endedAt: z.string(),
    }),
  ),
  nextCursor: z.string().nullable(),
});
type Failed = z.output<typeof failedAnswer>['failed'][number];

const replayAnswer = z.object({ replay: z.object({ decided: countsSchema, left: z.int(), failed: z.int() }) });
type Replayed = z.output<typeof replayAnswer>['replay'];

const replayable = [...outcomes.filter((outcome) => !isGreen(outcome) && outcome !== 'cancelled'), 'storm_failed'];

/** As many as the API takes in one call. */
const PER_CALL = 50;

export const replayFailed = command({
  name: 'replay-failed',
  summary: 'Tries again open alerts whose sessions or storms came to nothing, oldest first.',
  forms: [['[--outcome CODES] [--since SPAN] [--relay ID] [--dry-run]', 'counts by what each came to now']],
  options: {
    outcome: {
      type: 'string',
      value: 'CODES',
      help: 'comma-separated, as server_unreachable,storm_failed (default: what repeats would take up by themselves)',
    },
    since: {
      type: 'string',
      default: '24h',
      value: 'SPAN',
      help: 'what ended since: 2h, 7d, or an instant such as 2027-03-01T00:00:00Z',
    },
    relay: { type: 'string', value: 'ID', help: 'one relay (default: each that there is)' },
    'dry-run': { type: 'boolean', default: false, help: 'names them, and starts nothing' },
    data: dataOption,
  },
  maxArguments: 0,
  async run({ values }, world) {
    const wanted = outcomesOf(values.outcome);
    const api = await apiOf(world, values.data);
    const relayIds = values.relay === undefined ? (await someRelays(api)).map(({ id }) => id) : [values.relay];
    const texts: string[] = [];
    let done = true;
    for (const relayId of relayIds) {
      const found = await listAll(api, relayId, { since: values.since, wanted });
      texts.push(`Relay ${relayId}: ${found.length} came to nothing and are open still`, ...countsByOutcome(found));
      if (values['dry-run']) texts.push(...found.map(failedText));
      else if (found.length > 0) {
        const replayed = await replayAll(api, relayId, found, wanted);
        texts.push(...replayedText(replayed));
        done &&= replayed.failed === 0;
      }
    }
    return { text: lines(texts), done };
  },
});

function outcomesOf(text: string | undefined): string[] | undefined {
  const named = text?.split(',').map((each) => each.trim());
  const unknown = named?.find((each) => !replayable.includes(each));
  if (unknown === undefined) return named;
  throw new UsageError(`--outcome: "${unknown}" is none of ${replayable.join(', ')}`);
}

/** Oldest first, so that storm control lets the first ones through. */
async function listAll(
  api: ManagementApi,
  relayId: string,
  { since, wanted }: { since: string; wanted: string[] | undefined },
): Promise<Failed[]> {
  const found: Failed[] = [];
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ since });
    if (wanted) query.set('outcomes', wanted.join(','));
    if (cursor !== null) query.set('cursor', cursor);
    const page: z.output<typeof failedAnswer> = await api.ask('GET', `${pathOf(relayId)}?${query}`, failedAnswer);
    found.push(...page.failed);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found.sort((a, b) => Date.parse(a.receivedAt) - Date.parse(b.receivedAt));
}

const pathOf = (relayId: string): string => `/relay/${encodeURIComponent(relayId)}/failed`;

async function replayAll(
  api: ManagementApi,
  relayId: string,
  found: Failed[],
  wanted: string[] | undefined,
): Promise<Replayed> {
  const decided: ReasonCounts = {};
  const total = { left: 0, failed: 0 };
  for (let first = 0; first < found.length; first += PER_CALL) {
    const alerts = found.slice(first, first + PER_CALL).map(({ alertId, ruleId }) => ({ alertId, ruleId }));
    const body = { alerts, ...(wanted && { outcomes: wanted }) };
    const { replay } = await api.ask('POST', `${pathOf(relayId)}/replay`, replayAnswer, body);
    for (const reason of reasonCodes) {
      const count = replay.decided[reason] ?? 0;
      if (count > 0) decided[reason] = (decided[reason] ?? 0) + count;
    }
    total.left += replay.left;
    total.failed += replay.failed;
  }
  return { decided, ...total };
}

const countsByOutcome = (found: Failed[]): string[] =>
  [...Map.groupBy(found, ({ outcome }) => outcome)].map(([outcome, each]) => `  ${outcome}  ${each.length}`);

const failedText = ({ receivedAt, alertId, ruleId, outcome, endedAt, title }: Failed): string =>
  `  ${receivedAt}  ${alertId}  ${ruleId}  ${outcome} at ${endedAt}  ${JSON.stringify(title)}`;

const replayedText = ({ decided, left, failed }: Replayed): string[] => [
  'Tried again:',
  ...countsText(decided),
  ...(left > 0 ? [`  ${left} had something at work meanwhile, or are over`] : []),
  ...(failed > 0 ? [`  ${failed} could not be decided: the log of the function Manage says why. Try again.`] : []),
];
