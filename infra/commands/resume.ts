import { z } from 'zod';
import { type ReasonCounts, reasonCodes } from '../../functions/contract/reason-codes.ts';
import { apiOf, type ManagementApi } from './api.ts';
import { command, lines, type World } from './command.ts';
import { countsSchema, countsText } from './counts-text.ts';
import { dataOption } from './local-outputs.ts';
import { switchAnswer } from './pause-switch.ts';

/** The list of what is paused lags behind by a moment: what one call has decided is not to be met by the next one. */
const LAG_MS = 500;

const replayAnswer = z.object({ replay: z.object({ decided: countsSchema, failed: z.int(), more: z.boolean() }) });

export const resume = command({
  name: 'resume',
  summary: 'Lets alerts start sessions again.',
  forms: [['[--replay]', 'alerts start sessions again; --replay decides anew what was paused']],
  options: {
    replay: { type: 'boolean', default: false, help: 'decides paused alerts anew, oldest first' },
    data: dataOption,
  },
  maxArguments: 0,
  async run({ values }, world) {
    const api = await apiOf(world, values.data);
    const { switch: pauseSwitch } = await api.ask('POST', '/switch/resume', switchAnswer);
    const resumed = `Starts are on since ${pauseSwitch.at}.`;
    if (!values.replay) {
      return { text: lines([resumed, 'What was paused stays so until it is replayed (--replay).']), done: true };
    }
    const { decided, failed } = await replayAll(api, world);
    const text = Object.keys(decided).length === 0 ? ['Nothing was replayed.'] : ['Replayed:', ...countsText(decided)];
    const trouble =
      failed > 0 ? [`${failed} could not be decided: the log of the function Manage says why. Try again.`] : [];
    return { text: lines([resumed, ...text, ...trouble]), done: failed === 0 };
  },
});

/** What fails comes again with each call, so this ends at the first call that has decided nothing. */
async function replayAll(
  api: ManagementApi,
  { wait }: Pick<World, 'wait'>,
): Promise<{ decided: ReasonCounts; failed: number }> {
  const decided: ReasonCounts = {};
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
