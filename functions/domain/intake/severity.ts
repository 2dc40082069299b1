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

/** Words that teams use as they like. They are read so, and told beside it as they were sent. */
const looseWords: Record<Severity, string[]> = {
  critical: ['p0', 'sev0', 'sev1', 'sev-0', 'sev-1', 's1', 'urgent', 'disaster', 'emerg', 'blocker', 'alert', 'down'],
  high: ['sev2', 'sev-2', 's2', 'severe', 'serious'],
  medium: ['sev3', 'sev-3', 's3', 'moderate', 'average', 'normal'],
  low: ['sev4', 'sev-4', 's4', 'trivial'],
  info: ['sev5', 'sev-5', 's5', 'information', 'ok'],
};

const tableOf = (table: Record<Severity, string[]>): Map<string, Severity> => {
  const severities = new Map<string, Severity>();
  for (const severity of ['critical', 'high', 'medium', 'low', 'info'] as const) {
    for (const word of table[severity]) severities.set(word, severity);
  }
  return severities;
};
const [plain, loose] = [tableOf(words), tableOf(looseWords)];

const wordOf = (word: string): string => word.trim().toLowerCase();

/** Our word for the sender's, whatever its case; undefined if neither table has it. */
export const severityOf = (word: string): Severity | undefined => plain.get(wordOf(word)) ?? loose.get(wordOf(word));

/** Whether nobody needs to see the sender's own word beside ours. True where there is none. */
export const isPlainSeverity = (word: string | undefined): boolean => word === undefined || plain.has(wordOf(word));
