import type { CredentialScanner } from '../../ports.ts';
import { type CredentialRule, loadRules } from './rules.ts';

/**
 * A line is looked at in pieces of this many characters, each beginning `OVERLAP` before the end of the one before: the
 * expressions were written for an engine that does not go back, and what they cost here grows with the square of it.
 */
const PIECE = 800;
/** Longer than all but a few tokens, of which the beginning is enough. */
const OVERLAP = 300;

/** Finds credentials by the rules of gitleaks and a few of our own. */
export function createCredentialScanner(): CredentialScanner {
  let loaded: CredentialRule[] | undefined;
  return {
    kindsIn(path, lines) {
      loaded ??= loadRules();
      const text = lines.join('\n').toLowerCase();
      // Most texts have the keywords of no more than a few rules.
      const likely = loaded.filter((rule) => isLikely(rule, text) && (rule.path?.test(path) ?? true));
      if (likely.length === 0) return [];
      const kinds = new Set<string>();
      for (const line of lines) for (const piece of piecesOf(line)) scan(piece, path, likely, kinds);
      return [...kinds].sort();
    },
  };
}

const isLikely = ({ keywords }: CredentialRule, text: string): boolean =>
  keywords.length === 0 || keywords.some((keyword) => text.includes(keyword));

function scan(line: string, path: string, rules: CredentialRule[], kinds: Set<string>): void {
  const lower = line.toLowerCase();
  for (const rule of rules) {
    if (!kinds.has(rule.id) && isLikely(rule, lower) && isFound(rule, line, path)) kinds.add(rule.id);
  }
}

function isFound(rule: CredentialRule, line: string, path: string): boolean {
  return [...line.matchAll(rule.pattern)].some(([match, ...groups]) => {
    const secret = (rule.group === undefined ? groups.find((group) => group) : groups[rule.group - 1]) ?? match;
    return entropyOf(secret) > rule.entropy && !rule.isAllowed({ secret, match, line, path });
  });
}

function piecesOf(line: string): string[] {
  if (line.length <= PIECE) return [line];
  const pieces: string[] = [];
  for (let from = 0; from < line.length; from += PIECE - OVERLAP) pieces.push(line.slice(from, from + PIECE));
  return pieces;
}

/** Shannon's, in bits for each character. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
}
