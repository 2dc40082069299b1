import * as z from 'zod';
import gitleaks from './gitleaks.json' with { type: 'json' };
import { ownRules } from './own-rules.ts';

const allowlistSchema = z.object({
  regexes: z.array(z.string()).default([]),
  regexTarget: z.enum(['match', 'line']).optional(),
  stopwords: z.array(z.string()).default([]),
  paths: z.array(z.string()).default([]),
  condition: z.literal('AND').optional(),
});
const setSchema = z.object({
  /** What no rule takes for a secret. */
  allowed: z.array(z.string()),
  stopwords: z.array(z.string()),
  rules: z.array(
    z.object({
      id: z.string(),
      regex: z.string(),
      keywords: z.array(z.string()),
      entropy: z.number().optional(),
      secretGroup: z.int().optional(),
      path: z.string().optional(),
      allowlists: z.array(allowlistSchema).default([]),
    }),
  ),
});

export interface CredentialRule {
  /** Names the kind: `github-pat`. */
  id: string;
  pattern: RegExp;
  /** In lower case; a line without any of them is not looked at. */
  keywords: string[];
  /** Bits for each character, which a secret has more of. */
  entropy: number;
  group: number | undefined;
  path: RegExp | undefined;
  isAllowed(found: { secret: string; match: string; line: string; path: string }): boolean;
}

/** Rules of gitleaks, and those of our own for what it leaves out. Read once per container, in some 20 ms. */
export function loadRules(): CredentialRule[] {
  const set = setSchema.parse(gitleaks);
  const everywhere = matcher({ regexes: set.allowed, stopwords: set.stopwords });
  const own = ownRules.map((rule) => ({ ...rule, allowlists: [] }));
  return [...set.rules, ...own].map(({ id, regex, keywords, entropy = 0, secretGroup, path, allowlists }) => {
    const own = allowlists.map(matcherOf);
    return {
      id,
      pattern: fromRe2(regex, 'g'),
      keywords: keywords.map((keyword) => keyword.toLowerCase()),
      entropy,
      group: secretGroup,
      path: path === undefined ? undefined : fromRe2(path),
      isAllowed: (found) => everywhere(found.secret) || own.some((allows) => allows(found)),
    };
  });
}

type Allowlist = z.infer<typeof allowlistSchema>;

function matcherOf({ regexTarget, paths, condition, ...lists }: Allowlist): CredentialRule['isAllowed'] {
  const inText = matcher(lists);
  const inPath = paths.map((path) => fromRe2(path));
  return ({ secret, match, line, path }) => {
    const byText = inText(regexTarget === undefined ? secret : { match, line }[regexTarget], secret);
    const byPath = inPath.some((pattern) => pattern.test(path));
    return condition === 'AND' ? byText && byPath : byText || byPath;
  };
}

function matcher({ regexes, stopwords }: Pick<Allowlist, 'regexes' | 'stopwords'>) {
  const patterns = regexes.map((regex) => fromRe2(regex));
  const words = stopwords.map((word) => word.toLowerCase());
  return (text: string, secret = text): boolean =>
    patterns.some((pattern) => pattern.test(text)) || words.some((word) => secret.toLowerCase().includes(word));
}

/** The syntax of Go's RE2 in that of JavaScript: a flag stands before the group that it is for. */
const fromRe2 = (regex: string, flags = ''): RegExp =>
  new RegExp(
    scoped(regex.replaceAll('\\z', '$').replaceAll('(?P<', '(?<').replaceAll('[[:alnum:]]', '[A-Za-z0-9]')),
    flags,
  );

/** `a(?i)b` as `a(?i:b)`: there the flag is for the rest of the group. */
function scoped(regex: string): string {
  const at = regex.indexOf('(?i)');
  if (at < 0) return regex;
  const end = endOfGroup(regex, at + 4);
  return scoped(`${regex.slice(0, at)}(?i:${regex.slice(at + 4, end)})${regex.slice(end)}`);
}

function endOfGroup(regex: string, from: number): number {
  let depth = 0;
  let inClass = false;
  for (let at = from; at < regex.length; at++) {
    const character = regex[at];
    if (character === '\\') at++;
    else if (inClass) inClass = character !== ']';
    else if (character === '[') inClass = true;
    else if (character === '(') depth++;
    else if (character === ')' && depth-- === 0) return at;
  }
  return regex.length;
}
