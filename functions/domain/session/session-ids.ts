import { sha256Bytes } from '../text/digest.ts';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * Message id in the layout of the server's own ids, so that it sorts among them: 12 hex digits of time, 14 characters.
 * The time is the session's creation on the server's clock; an id ahead of that clock made old servers answer for ever.
 * The same key always gives the same id, so a repeated prompt is the same prompt.
 */
export const messageId = (createdAtMs: number, key: string): string => `msg_${suffix(createdAtMs, `message ${key}`)}`;

/** Id of the prompt's one text part, by the same rules. */
export const partId = (createdAtMs: number, key: string): string => `prt_${suffix(createdAtMs, `part ${key}`)}`;

const layout = /^msg_([0-9a-f]{12})/;

/**
 * Ids of a prompt that follows: it sorts behind the newest message, whose time is on the server's clock. A server whose
 * ids are of another layout does not sort by them; there the time of our first message will do.
 */
export function idsAfter(newest: string, first: string, key: string): { messageId: string; partId: string } {
  const time = layout.exec(newest)?.[1] ?? layout.exec(first)?.[1] ?? '';
  const next = BigInt.asUintN(48, BigInt(`0x0${time}`) + 1n)
    .toString(16)
    .padStart(12, '0');
  return {
    messageId: `msg_${next}${characters(`message ${key}`, 14)}`,
    partId: `prt_${next}${characters(`part ${key}`, 14)}`,
  };
}

/** Id of a job's session on 2.x, which takes ours: a repeated creation is the same session. */
export const sessionId = (jobId: string): string => `ses_${characters(`session ${jobId}`, 26)}`;

function suffix(createdAtMs: number, key: string): string {
  const time = BigInt.asUintN(48, BigInt(createdAtMs) * 4096n)
    .toString(16)
    .padStart(12, '0');
  return time + characters(key, 14);
}

function characters(key: string, count: number): string {
  return Array.from(sha256Bytes(key).subarray(0, count), (byte) => alphabet.charAt(byte % alphabet.length)).join('');
}
