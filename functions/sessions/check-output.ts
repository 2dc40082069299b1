import { limits } from '../contract/limits.ts';
import type { PasswordFilter } from '../domain/secrets/password-filter.ts';
import { visibleLines } from '../domain/text/untrusted-text.ts';
import type { CredentialScanner } from '../ports.ts';

/** As many bytes as the server keeps of a run: a text of so many was cut, and may begin in the middle of a secret. */
const KEPT_BYTES = 8_192;
/** No token or key of one line is longer. */
const CUT_CHARACTERS = 600;

/** Colours, moves of the cursor and links: a control character, and what belongs to it. */
const terminalSequences = /[^\P{Cc}\n\r\t](?:\[[\d;?]*[ -/]*[@-~]|\][^\p{Cc}]*(?:[^\P{Cc}\n]\\?)?)/gu;

/** The end of what a check printed, as it may be stored: without colours, the server's password and credentials. */
export function shownOutput(text: string, filter: PasswordFilter, scanner: Pick<CredentialScanner, 'masked'>): string {
  const isCut = Buffer.byteLength(text) >= KEPT_BYTES;
  const whole = isCut ? withoutCutBeginning(text) : text;
  const plain = filter.without(visibleLines(whole.replace(terminalSequences, '')));
  if (filter.isIn(plain)) return '[left out: it holds the password of the server]';
  return lastBytes(scanner.masked(plain).text, limits.checkOutputBytes);
}

function withoutCutBeginning(text: string): string {
  const line = text.indexOf('\n');
  return text.slice(line >= 0 && line < CUT_CHARACTERS ? line + 1 : CUT_CHARACTERS);
}

function lastBytes(text: string, most: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= most) return text;
  // A character that is left in half is no character.
  return bytes
    .subarray(-most)
    .toString('utf8')
    .replace(/^\uFFFD+/u, '');
}
