import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { reasonCodes } from '../../functions/contract/reason-codes.ts';
import type { ControlApi } from './api.ts';
import type { Command } from './options.ts';
import { countsText, type Ledger, ledgerText } from './text.ts';

/** What is printed, and whether all of it was done. */
export interface Outcome {
  text: string;
  done: boolean;
}

/** The list of what is paused lags behind by a moment: what one call has decided is not to be met by the next one. */
const LAG_MS = 500;

const counts = z.partialRecord(z.enum(reasonCodes), z.int());
const switchAnswer = z.object({
  switch: z.object({ paused: z.boolean(), by: z.string(), at: z.string(), reason: z.string().optional() }),
});
const stopAnswer = z.object({
  stop: z.object({ stopped: z.int(), failed: z.int(), nextCursor: z.string().nullable() }),
});
const replayAnswer = z.object({ replay: z.object({ decided: counts, failed: z.int(), more: z.boolean() }) });
const explainAnswer = z.object({ sentences: z.array(z.string()) });
const ledgerAnswer = z.object({
  ledger: z.object({
    relayId: z.string(),
    day: z.string(),
    deliveries: z.int(),
    entries: z.int(),
    accepted: z.int(),
    reasons: counts,
    undecided: z.int(),
  }) satisfies z.ZodType<Ledger>,
});

/** Runs one command. Throws ApiFailure. */
export async function runControl(
  api: ControlApi,
  command: Command,
  wait: (ms: number) => Promise<unknown> = setTimeout,
): Promise<Outcome> {
  switch (command.name) {
    case 'pause':
      return pause(api, command);
    case 'resume':
      return resume(api, command, wait);
    case 'explain': {
      const path = `/alerts/${encodeURIComponent(command.alertId)}/explain`;
      const { sentences } = await api.ask('GET', path, explainAnswer);
      return { text: lines(sentences), done: true };
    }
    case 'ledger': {
      const query = command.day === undefined ? '' : `?day=${command.day}`;
      const { ledger } = await api.ask(
        'GET',
        `/relay/${encodeURIComponent(command.relayId)}/ledger${query}`,
        ledgerAnswer,
      );
      return { text: lines(ledgerText(ledger)), done: true };
    }
  }
}

async function pause(api: ControlApi, { reason, abort }: Command & { name: 'pause' }): Promise<Outcome> {
  const { switch: pauseSwitch } = await api.ask('POST', '/switch/pause', switchAnswer, { reason });
  const told = `All starts are paused since ${pauseSwitch.at} by ${pauseSwitch.by}: ${pauseSwitch.reason ?? ''}`;
  if (!abort) return { text: lines([told]), done: true };
  const { stopped, failed } = await stopAll(api);
  const trouble =
    failed > 0 ? [`${failed} could not be stopped: the log of the function Manage says why. Pause once more.`] : [];
  return { text: lines([told, `${stopped} running sessions are being stopped.`, ...trouble]), done: failed === 0 };
}

async function stopAll(api: ControlApi, cursor?: string): Promise<{ stopped: number; failed: number }> {
  const { stop } = await api.ask('POST', '/switch/stop', stopAnswer, { cursor });
  const { stopped, failed } =
    stop.nextCursor === null ? { stopped: 0, failed: 0 } : await stopAll(api, stop.nextCursor);
  return { stopped: stop.stopped + stopped, failed: stop.failed + failed };
}

async function resume(
  api: ControlApi,
  { replay }: Command & { name: 'resume' },
  wait: (ms: number) => Promise<unknown>,
): Promise<Outcome> {
  const { switch: pauseSwitch } = await api.ask('POST', '/switch/resume', switchAnswer);
  const told = `Starts are on since ${pauseSwitch.at}.`;
  if (!replay) return { text: lines([told, 'What was paused stays so until it is replayed (--replay).']), done: true };
  const { decided, failed } = await replayAll(api, wait);
  const text = Object.keys(decided).length === 0 ? ['Nothing was replayed.'] : ['Replayed:', ...countsText(decided)];
  const trouble =
    failed > 0 ? [`${failed} could not be decided: the log of the function Manage says why. Try again.`] : [];
  return { text: lines([told, ...text, ...trouble]), done: failed === 0 };
}

/** What fails comes again with each call: so it goes on as long as a call has decided something. */
async function replayAll(api: ControlApi, wait: (ms: number) => Promise<unknown>) {
  const decided: z.infer<typeof counts> = {};
  while (true) {
    const { replay } = await api.ask('POST', '/switch/replay', replayAnswer, {});
    for (const reason of reasonCodes) {
      const count = replay.decided[reason] ?? 0;
      if (count > 0) decided[reason] = (decided[reason] ?? 0) + count;
    }
    if (!replay.more || Object.keys(replay.decided).length === 0) return { decided, failed: replay.failed };
    await wait(LAG_MS);
  }
}

const lines = (texts: string[]): string => texts.map((text) => `${text}\n`).join('');
