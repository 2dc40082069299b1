/** The text on one line, without control characters and outer space. */
export const oneLine = (text: string): string => text.replace(/[\p{Cc}\s]+/gu, ' ').trim();

/** At most `max` UTF-16 units; what is cut ends in `…` and is well-formed. */
export const cut = (text: string, max: number): string => (text.length <= max ? text : `${head(text, max - 1)}…`);

/** About `max` UTF-16 units; what is cut says how much is missing. */
export function cutVisibly(text: string, max: number): string {
  if (text.length <= max) return text;
  const kept = head(text, max);
  return `${kept}… [${text.length - kept.length} characters left out]`;
}

/** Never ends in the first half of a surrogate pair. */
const head = (text: string, length: number): string => text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
