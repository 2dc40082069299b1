import { limits } from '../../contract/limits.ts';
import { cut } from '../text/cut.ts';
import { redact } from '../text/redact.ts';
import { oneLine } from '../text/untrusted-text.ts';

/**
 * A title, or another short text of a sender, as executions, events and logs show it: on one line, without what looks
 * like a credential. A monitoring system writes into it whatever a program has printed.
 */
export const shownTitle = (title: string): string => cut(redact(oneLine(title)), limits.titleCharacters);
