import { BeepsClient } from '@beepsdev/sdk';
import { z } from 'zod';
import type { Outputs } from './relay.ts';

const switchSchema = z.object({
  switch: z.object({ paused: z.boolean(), by: z.string(), at: z.string(), reason: z.string().optional() }),
});
/** What names each rule that is switched off; more of them are counted. */
const NAMED_RULES = 5;
const ANSWER_MS = 10_000;

/** Names of executions that the end of the last start had cut off. */
export interface Restarted {
  /** All of them. */
  resumed: string[];
  /** Of these, sessions on an OpenCode server that ended too: they are stopped. */
  lost: string[];
}

/** What is not as a newcomer expects it, a sentence each; none where all is as usual. */
export async function remarksOn(
  outputs: Pick<Outputs, 'ApiUrl' | 'ApiToken'>,
  restarted: Restarted,
): Promise<string[]> {
  const [paused, disabled] = await Promise.all([pauseOf(outputs), disabledRulesOf(outputs)]);
  return [...restart(restarted), ...paused, ...disabled];
}

/** What the executions carry, by the beginning of their names. */
const carried = { job_: 'session', run_: 'relay run', stm_: 'storm' };

function restart({ resumed, lost }: Restarted): string[] {
  const goOn = resumed.filter((name) => !lost.includes(name));
  return [
    ...(goOn.length > 0 ? [`Go on from where the last start ended: ${countsOf(goOn)}.`] : []),
    ...(lost.length > 0 ? [`Ended together with their OpenCode server, as session_lost: ${countsOf(lost)}.`] : []),
  ];
}

function countsOf(names: string[]): string {
  const counts = Object.entries(carried).flatMap(([prefix, what]) => {
    const number = names.filter((name) => name.startsWith(prefix)).length;
    return number === 0 ? [] : count(number, what);
  });
  return counts.join(', ');
}

async function pauseOf({ ApiUrl, ApiToken }: Pick<Outputs, 'ApiUrl' | 'ApiToken'>): Promise<string[]> {
  const signal = AbortSignal.timeout(ANSWER_MS);
  const response = await fetch(`${ApiUrl}/switch`, { headers: { authorization: `Bearer ${ApiToken}` }, signal });
  const { paused, by, at, reason } = switchSchema.parse(await response.json()).switch;
  if (!paused) return [];
  const why = reason === undefined ? '' : ` ("${reason}")`;
  return [`Paused since ${at} by ${by}${why}: no alert starts a session. "npm run resume" ends the pause.`];
}

async function disabledRulesOf({ ApiUrl, ApiToken }: Pick<Outputs, 'ApiUrl' | 'ApiToken'>): Promise<string[]> {
  const client = new BeepsClient({ accessToken: ApiToken, baseURL: ApiUrl });
  const relays = await client.relay.list();
  const rules = await Promise.all(relays.map(({ id }) => client.relay.rules.list(id)));
  const off = rules.flat().filter(({ enabled }) => !enabled);
  if (off.length === 0) return [];
  const named = off.slice(0, NAMED_RULES).map(({ name }) => `"${name}"`);
  const more = off.length > named.length ? ` and ${off.length - named.length} more` : '';
  return [
    `Switched off: rule ${named.join(', ')}${more}. Alerts start no session by ${off.length > 1 ? 'them' : 'it'}.`,
  ];
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
