/** Bytes of a value as JSON. */
export const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? '');

/** For the note that something is left out; shorter texts are cut without. */
const NOTE_BYTES = 48;
const QUOTES_BYTES = 2;

/**
 * The value, or as much of it as fits into `bytes` as JSON: texts end early and say so, lists and objects keep what
 * comes first. Its type stays. Numbers, true, false and null are never cut. What is no JSON is left out.
 */
export function fitJson(value: unknown, bytes: number): unknown {
  if (jsonBytes(value) <= bytes) return value;
  if (typeof value === 'string') return fitText(value, bytes - QUOTES_BYTES);
  if (Array.isArray(value))
    return fitting(
      value.map((each) => ['', each]),
      bytes,
    ).map(([, each]) => each);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(fitting(Object.entries(value), bytes));
  return value;
}

/** The beginning of a text that takes no more than `bytes` within the quotes of JSON. */
export function fitText(text: string, bytes: number): string {
  if (jsonBytes(text) - QUOTES_BYTES <= bytes) return text;
  const room = bytes >= 2 * NOTE_BYTES ? bytes - NOTE_BYTES : bytes;
  let taken = 0;
  let end = 0;
  for (const character of text) {
    taken += jsonBytes(character) - QUOTES_BYTES;
    if (taken > room) break;
    end += character.length;
  }
  const note = room === bytes ? '' : ` [… ${text.length - end} characters left out]`;
  return `${text.slice(0, end)}${note}`;
}

/** Below this an entry that does not fit whole says nothing any more. */
const LEAST_ENTRY_BYTES = 64;

function fitting(entries: [key: string, value: unknown][], bytes: number): [key: string, value: unknown][] {
  const kept: [string, unknown][] = [];
  let left = bytes - 2;
  for (const [key, value] of entries) {
    // The key with its colon, and a comma.
    const around = jsonBytes(key) + 2;
    const whole = jsonBytes(value) + around;
    if (whole > left && left < around + LEAST_ENTRY_BYTES) break;
    const fitted = fitJson(value, left - around);
    left -= jsonBytes(fitted) + around;
    if (left < 0) break;
    kept.push([key, fitted]);
  }
  return kept;
}
