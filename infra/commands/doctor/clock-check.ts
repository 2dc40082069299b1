import type { World } from '../command.ts';
import { type Check, ok, toMend } from './finding.ts';

/** AWS refuses what was signed five minutes ago or more, and so do hooks with a signed time. */
const MOST_APART_MS = 60_000;
const TIMEOUT_MS = 10_000;

/** This machine's clock against that of the API, by the header that each answer has. */
export const clockCheck = (url: string, { fetch, now }: Pick<World, 'fetch' | 'now'>): Check => ({
  name: 'clock',
  needs: 'look at the network between here and the API',
  async look() {
    const answer = await fetch(`${url}/openapi.json`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const there = Date.parse(answer.headers.get('date') ?? '');
    if (Number.isNaN(there)) throw new Error('the API tells no time');
    const apart = Math.round((now.getTime() - there) / 1_000);
    if (Math.abs(apart) * 1_000 <= MOST_APART_MS) return [ok('this machine and the API agree to within a minute')];
    return [
      toMend(
        `this machine is ${Math.abs(apart)} s ${apart > 0 ? 'ahead of' : 'behind'} the API`,
        'set its clock by NTP: AWS and signed hooks refuse what is five minutes off',
      ),
    ];
  },
});
