import type { Severity } from '../../contract/alert.ts';

/** Of an alert whose sender gives no severity, or a word that is not in the table. */
export const defaultSeverity: Severity = 'medium';

/** What monitoring says, in our five words. Formats whose sender means something else by a word map it themselves. */
const words: Record<Severity, string[]> = {
  critical: ['critical', 'crit', 'fatal', 'page', 'emergency', 'p1'],
  high: ['high', 'error', 'err', 'major', 'p2'],
  medium: ['medium', 'warning', 'warn', 'minor', 'p3'],
  low: ['low', 'notice', 'p4'],
  info: ['info', 'informational', 'debug', 'none', 'p5'],
};

const severities = new Map<string, Severity>();
for (const severity of ['critical', 'high', 'medium', 'low', 'info'] as const) {
  for (const word of words[severity]) severities.set(word, severity);
}

/** Our word for the sender's, whatever its case; undefined if the table does not have it. */
export const severityOf = (word: string): Severity | undefined => severities.get(word.trim().toLowerCase());
