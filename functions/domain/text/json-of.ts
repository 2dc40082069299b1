/** Undefined where the text is no JSON: a schema refuses that like any other value that does not fit. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
