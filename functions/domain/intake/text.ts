import { head } from '../text/cut.ts';

/** About `max` UTF-16 units; what is cut says how much is missing. */
export function cutVisibly(text: string, max: number): string {
  if (text.length <= max) return text;
  const kept = head(text, max);
  return `${kept}… [${text.length - kept.length} characters left out]`;
}
