import { incidentsOf } from './incident.ts';
import type { SentDelivery } from './options.ts';
import { providers } from './payloads.ts';
import { signatureHeaders } from './sign.ts';

/** Enough for a storm, few enough for one machine's sockets. */
const AT_ONCE = 20;

export interface HookRequest {
  headers: Record<string, string>;
  body: string;
}

/** The signed requests, one per incident. */
export function requestsOf(
  { provider, status, key, storm, signer }: Omit<SentDelivery, 'url'>,
  now: Date,
): HookRequest[] {
  const say = providers[provider]?.[status];
  if (!say) throw new Error(`${provider} has no message for ${status}`);
  return incidentsOf(key, storm, now).map((incident) => {
    const payload = say(incident);
    const body = JSON.stringify(payload.body);
    const signature = signer ? signatureHeaders(signer, body, now) : {};
    return { body, headers: { 'content-type': 'application/json', ...payload.headers, ...signature } };
  });
}

/** How often the hook gave each answer, and the first answer's text. */
export interface Answers {
  counts: Map<number, number>;
  first: string;
}

/** Posts all of them. Rejects where the hook cannot be reached. */
export async function postAll(url: string, requests: HookRequest[], send: typeof fetch = fetch): Promise<Answers> {
  const counts = new Map<number, number>();
  let first: string | undefined;
  const queue = requests.values();
  const work = async (): Promise<void> => {
    for (const request of queue) {
      const response = await send(url, { method: 'POST', ...request, redirect: 'error' });
      const text = await response.text();
      first ??= text;
      counts.set(response.status, (counts.get(response.status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, requests.length) }, work));
  return { counts, first: first ?? '' };
}

/** True if the hook has taken every delivery. */
export const allTaken = ({ counts }: Answers): boolean =>
  [...counts.keys()].every((status) => status >= 200 && status < 300);
