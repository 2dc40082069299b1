import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { reasonCodes } from '../../functions/contract/reason-codes.ts';
import { UsageError } from '../usage-error.ts';
import type { ControlApi } from './api.ts';
import type { ReplayOptions } from './replay-options.ts';
import { countsText } from './text.ts';

const relaysAnswer = z.object({ relays: z.array(z.object({ id: z.string(), name: z.string() })) });
const count = z.int();
const replayAnswer = z.object({
  replay: z.object({
    relayId: z.string(),
    from: z.string(),
    until: z.string(),
    alerts: count,
    wouldStart: count,
    wouldCall: count,
    held: z.object({ alerts: count, released: count, inStorms: count, suppressed: count }),
    storms: z.object({ count, sessions: count, alerts: count }),
    suppressed: z.partialRecord(z.enum(reasonCodes), count),
    estimatedCostUsd: z.object({ low: z.number(), median: z.number(), high: z.number() }).nullable(),
    pastSessions: count,
    leftOut: z.string().nullable(),
  }),
});
type Replay = z.output<typeof replayAnswer>['replay'];

/** What is printed. Throws UsageError where the command, or its file, does not fit, and ApiFailure. */
export async function runReplay(api: ControlApi, { ruleFile, since, relayId }: ReplayOptions): Promise<string> {
  const rule = await readRule(ruleFile);
  const relay = relayId ?? (await onlyRelay(api));
  const path = `/relay/${encodeURIComponent(relay)}/replay`;
  const { replay } = await api.ask('POST', path, replayAnswer, { rule, since });
  return replayText(replay);
}

async function readRule(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(`--rule: ${file} cannot be read (${error instanceof Error ? error.message : String(error)})`);
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`--rule: ${file} is no JSON (${error instanceof Error ? error.message : String(error)})`);
  }
}

async function onlyRelay(api: ControlApi): Promise<string> {
  const { relays } = await api.ask('GET', '/relay', relaysAnswer);
  const [first, ...others] = relays;
  if (!first) throw new UsageError('There is no relay yet');
  if (others.length === 0) return first.id;
  throw new UsageError(
    `--relay ID is missing, one of:\n${relays.map(({ id, name }) => `  ${id}  ${name}`).join('\n')}`,
  );
}

export function replayText(replay: Replay): string {
  const { held, storms, suppressed, leftOut } = replay;
  const total = Object.values(suppressed).reduce((sum, each) => sum + each, 0);
  return [
    `${replay.alerts} alerts of ${replay.relayId}, from ${replay.from} to ${replay.until}`,
    ...(leftOut === null ? [] : [leftOut]),
    '',
    `would have started  ${replay.wouldStart}${storms.sessions > 0 ? `, of which ${storms.sessions} for storms` : ''}`,
    ...(replay.wouldCall > 0 ? [`would have called   ${replay.wouldCall}`] : []),
    `held                ${held.alerts}: ${held.released} released, ${held.inStorms} in storms, ${held.suppressed} suppressed after it`,
    `storms              ${storms.count}, with ${storms.alerts} alerts`,
    `suppressed          ${total}`,
    ...countsText(suppressed),
    `estimated cost      ${costText(replay)}`,
    '',
  ].join('\n');
}

function costText({ estimatedCostUsd: cost, pastSessions, wouldStart }: Replay): string {
  if (wouldStart === 0) return '$0.00';
  if (!cost) return 'unknown: no past session of the relay has a known cost';
  const basis = `from ${pastSessions} past ${pastSessions === 1 ? 'session' : 'sessions'} of the relay`;
  return `${usd(cost.median)} (${usd(cost.low)} to ${usd(cost.high)}), ${basis}`;
}

const usd = (amount: number): string => `$${amount.toFixed(2)}`;
