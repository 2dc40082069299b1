import { z } from 'zod';
import { UsageError } from '../usage-error.ts';
import { apiOf, type ManagementApi } from './api.ts';
import { command, lines } from './command.ts';
import { dataOption } from './local-outputs.ts';
import { switchAnswer } from './pause-switch.ts';

const REASON_CHARACTERS = 500;

const stopAnswer = z.object({
  stop: z.object({ stopped: z.int(), failed: z.int(), nextCursor: z.string().nullable() }),
});

export const pause = command({
  name: 'pause',
  summary: 'Pauses all starts: alerts are still accepted, stored and decided.',
  forms: [['--reason TEXT [--abort]', 'nothing starts any more; --abort stops what runs']],
  options: {
    reason: {
      type: 'string',
      value: 'TEXT',
      help: `why, for everybody who wonders: at most ${REASON_CHARACTERS} characters`,
    },
    abort: { type: 'boolean', default: false, help: 'stops the sessions that run, too' },
    data: dataOption,
  },
  maxArguments: 0,
  async run({ values }, world) {
    const reason = reasonOf(values.reason);
    const api = await apiOf(world, values.data);
    const { switch: pauseSwitch } = await api.ask('POST', '/switch/pause', switchAnswer, { reason });
    const paused = `All starts are paused since ${pauseSwitch.at} by ${pauseSwitch.by}: ${pauseSwitch.reason ?? ''}`;
    if (!values.abort) return { text: lines([paused]), done: true };
    const { stopped, failed } = await stopAll(api);
    const trouble =
      failed > 0 ? [`${failed} could not be stopped: the log of the function Manage says why. Pause once more.`] : [];
    return { text: lines([paused, `${stopped} running sessions are being stopped.`, ...trouble]), done: failed === 0 };
  },
});

function reasonOf(reason = ''): string {
  if (reason.trim() === '') throw new UsageError('pause needs --reason TEXT: others will wonder why nothing starts');
  if (reason.length > REASON_CHARACTERS) throw new UsageError(`--reason has at most ${REASON_CHARACTERS} characters`);
  return reason;
}

async function stopAll(api: ManagementApi, cursor?: string): Promise<{ stopped: number; failed: number }> {
  const { stop } = await api.ask('POST', '/switch/stop', stopAnswer, { cursor });
  const { stopped, failed } =
    stop.nextCursor === null ? { stopped: 0, failed: 0 } : await stopAll(api, stop.nextCursor);
  return { stopped: stop.stopped + stopped, failed: stop.failed + failed };
}
