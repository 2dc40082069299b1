import { HookRefusal } from './refusal.ts';

export type Json = string | number | boolean | null | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Far beyond any real payload, and far below what overflows the stack of whatever walks the value later. */
const MAX_DEPTH = 32;

/** Name of the only member of a body that was sent as a list. */
const LIST = '';

/** The objects of a body that was sent as a list, one at least; undefined where it was one object. */
export function listedIn(body: JsonObject): JsonObject[] | undefined {
  const list = body[LIST];
  if (!isListOfObjects(list) || Object.keys(body).length !== 1) return undefined;
  return list;
}

const isListOfObjects = (value: Json | undefined): value is JsonObject[] =>
  Array.isArray(value) && value.length > 0 && value.every(isObject);

/**
 * The JSON object in a request body, whatever content type its sender claims: some senders of JSON say text/plain. The
 * result can be stored and queued as it is (see `storable`). Refused: invalid UTF-8, no JSON, no object, nested too
 * deep.
 */
export function parseBody(body: Uint8Array, contentType: string | undefined): JsonObject | HookRefusal {
  const text = decode(body);
  if (text === undefined) return new HookRefusal('invalid_encoding', 'The body is not valid UTF-8.');
  const value = parse(text);
  if (value === undefined) return noJson(contentType);
  const object = isListOfObjects(value) ? { [LIST]: value } : value;
  if (!isObject(object)) {
    return new HookRefusal('not_an_object', 'The body must be a JSON object, or a list of JSON objects.');
  }
  const kept = storable(object, MAX_DEPTH);
  if (!isObject(kept)) {
    return new HookRefusal('nested_too_deep', `The body is nested deeper than ${MAX_DEPTH} levels.`);
  }
  return kept;
}

/** Without a byte order mark, if there is one. */
function decode(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function noJson(contentType: string | undefined): HookRefusal {
  if (contentType?.toLowerCase().startsWith('application/x-www-form-urlencoded')) {
    return new HookRefusal(
      'form_encoded',
      'The body is a form. Send a JSON object, with content-type application/json.',
    );
  }
  return new HookRefusal('invalid_json', 'The body is not valid JSON.');
}

/**
 * The same value as queue and table can hold it; undefined where it is nested deeper than `depth`. Changed are only:
 * text that is no well-formed Unicode, or that the queue refuses (U+FFFE, U+FFFF), becomes U+FFFD; a number beyond a
 * double becomes text; a `__proto__` key is dropped, for not every library on the way treats it as a name.
 */
function storable(value: Json, depth: number): Json | undefined {
  if (typeof value === 'string') return storableText(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0) return undefined;
  if (Array.isArray(value)) {
    const items = value.map((item) => storable(item, depth - 1));
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  const entries: [string, Json][] = [];
  for (const [key, member] of Object.entries(value)) {
    if (key === '__proto__') continue;
    const kept = storable(member, depth - 1);
    if (kept === undefined) return undefined;
    entries.push([storableText(key), kept]);
  }
  return Object.fromEntries(entries);
}

const storableText = (text: string): string => text.toWellFormed().replace(/[\uFFFE\uFFFF]/g, '\uFFFD');
