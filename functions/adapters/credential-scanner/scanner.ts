import type { CredentialScanner } from '../../ports.ts';
import { type CredentialRule, loadRules } from './rules.ts';

/**
 * A line is looked at in pieces of this many characters, each beginning `OVERLAP` before the end of the one before: the
 * expressions were written for an engine that does not go back, and what they cost here grows with the square of it.
 */
const PIECE = 800;
/** Longer than all but a few tokens, of which the beginning is enough. */
const OVERLAP = 300;

/** Where it ends nowhere, all that follows is the key. */
const privateKey =
  /-----BEGIN[ A-Z0-9]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END[ A-Z0-9]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g;
const PRIVATE_KEY = 'private-key';

/** By it rules tell a text from the file of a tool. */
const TEXT = 'text.md';

/** Finds credentials by the rules of gitleaks and a few of our own. */
export function createCredentialScanner(): CredentialScanner {
  let loaded: CredentialRule[] | undefined;
  /** Most texts have the keywords of no more than a few rules. */
  const likelyFor = (path: string, text: string): CredentialRule[] => {
    loaded ??= loadRules();
    const lower = text.toLowerCase();
    return loaded.filter((rule) => isLikely(rule, lower) && (rule.path?.test(path) ?? true));
  };
  return {
    kindsIn(path, lines) {
      const likely = likelyFor(path, lines.join('\n'));
      if (likely.length === 0) return [];
      const kinds = new Set<string>();
      for (const line of lines) for (const piece of piecesOf(line)) scan(piece, path, likely, kinds);
      return [...kinds].sort();
    },

    masked(text) {
      const withoutKeys = text.replace(privateKey, mask(PRIVATE_KEY));
      const kinds = new Set(withoutKeys === text ? [] : [PRIVATE_KEY]);
      const likely = likelyFor(TEXT, withoutKeys);
      const lines = withoutKeys.split('\n').map((line) => maskedLine(line, likely, kinds));
      return { text: lines.join('\n'), kinds: [...kinds].sort() };
    },
  };
}

const mask = (kind: string): string => `[${kind}]`;

const isLikely = ({ keywords }: CredentialRule, text: string): boolean =>
  keywords.length === 0 || keywords.some((keyword) => text.includes(keyword));

function scan(line: string, path: string, rules: CredentialRule[], kinds: Set<string>): void {
  const lower = line.toLowerCase();
  for (const rule of rules) {
    if (!kinds.has(rule.id) && isLikely(rule, lower) && secretsOf(rule, line, path).length > 0) kinds.add(rule.id);
  }
}

/** Adds what it has found to `kinds`. */
function maskedLine(line: string, rules: CredentialRule[], kinds: Set<string>): string {
  const lower = line.toLowerCase();
  const likely = rules.filter((rule) => isLikely(rule, lower));
  const found = likely.flatMap((rule) =>
    piecesOf(line).flatMap((piece) => secretsOf(rule, piece, TEXT).map((secret) => ({ secret, kind: rule.id }))),
  );
  // The longest first, so that the mask covers all of it.
  const longestFirst = found.sort((a, b) => b.secret.length - a.secret.length);
  for (const { kind } of longestFirst) kinds.add(kind);
  return longestFirst.reduce((rest, { secret, kind }) => rest.replaceAll(secret, mask(kind)), line);
}

function secretsOf(rule: CredentialRule, line: string, path: string): string[] {
  return [...line.matchAll(rule.pattern)].flatMap(([match, ...groups]) => {
    const secret = (rule.group === undefined ? groups.find((group) => group) : groups[rule.group - 1]) ?? match;
    const isSecret = entropyOf(secret) > rule.entropy && !rule.isAllowed({ secret, match, line, path });
    return isSecret ? [secret] : [];
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
