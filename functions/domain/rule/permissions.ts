import * as z from 'zod';
import type { PermissionRule, Permissions } from '../../contract/permissions.ts';
import { fitsGlob } from '../text/glob.ts';

const MOST_RULES = 100;
const MOST_CHARACTERS = 255;

/** A rule as OpenCode 1.x writes it. */
const ownRuleSchema = z.strictObject({
  permission: z.string().min(1).max(MOST_CHARACTERS),
  pattern: z.string().min(1).max(MOST_CHARACTERS),
  action: z.enum(['allow', 'deny', 'ask']),
});
type OwnPermissionRule = z.infer<typeof ownRuleSchema>;

const isBlanket = ({ permission, pattern, action }: OwnPermissionRule): boolean =>
  action === 'allow' && /^\*+$/.test(permission) && /^\*+$/.test(pattern);

/** `config.permissions` of a rule: a profile, or its own list. */
export const rulePermissionsSchema = z.union([
  z.enum(['fix', 'investigate', 'server']),
  z
    .array(ownRuleSchema)
    .min(1)
    .max(MOST_RULES)
    .refine(
      (rules) => !rules.some(isBlanket),
      'must not allow everything: that overrides what the server itself denies',
    ),
]);
export type RulePermissions = z.infer<typeof rulePermissionsSchema>;

type Effect = PermissionRule['effect'];
const each = (effect: Effect, action: string, ...resources: string[]): PermissionRule[] =>
  resources.map((resource) => ({ action, resource, effect }));
const deny = (action: string, ...resources: string[]) => each('deny', action, ...resources);
const allow = (action: string, ...resources: string[]) => each('allow', action, ...resources);

/** What nobody answers, what leads out of the directory and into the network, and files with secrets. */
const fix: PermissionRule[] = [
  ...deny('external_directory', '*'),
  ...deny('doom_loop', '*'),
  ...deny('question', '*'),
  ...deny('webfetch', '*'),
  ...deny('websearch', '*'),
  ...deny('read', '*.env', '*.env.*'),
  ...allow('read', '*.env.example'),
];

/** Commands that read. Each is looked at by itself, also in a pipe or a substitution. */
const readers = [
  ...['pwd', 'ls', 'ls *', 'cat *', 'head *', 'tail *', 'wc *', 'sort *', 'uniq *', 'grep *', 'rg *', 'stat *'],
  ...['status', 'log', 'diff', 'show'].flatMap((word) => [`git ${word}`, `git ${word} *`]),
  ...['git blame *', 'git rev-parse *'],
];
/** How a command that reads would write, run another one, or read elsewhere. */
const escapes = [
  ...[
    '*>*',
    '*--output*',
    'sort *-o*',
    '*--ext-diff*',
    '*--textconv*',
    '*--no-index*',
    'rg *--pre*',
    'rg *--hostname-bin*',
  ],
  ...['sort *--compress-program*', '* /*', '*=/*', '*../*', '* ..', '* ~*', '*.env*'],
];

const investigate: PermissionRule[] = [
  ...fix,
  ...deny('edit', '*'),
  ...deny('bash', '*'),
  ...allow('bash', ...readers),
  ...deny('bash', ...escapes),
];

const profiles = { fix, investigate, server: [] };

/** What a session of the rule is created with; `fix` unless told. */
export function permissionsOf(wanted: RulePermissions = 'fix'): Permissions {
  if (typeof wanted === 'string') return { profile: wanted, rules: profiles[wanted] };
  const rules = wanted.map(({ permission, pattern, action }) => ({
    action: permission,
    resource: pattern,
    effect: action,
  }));
  return { profile: 'rules', rules };
}

/**
 * The effect of rules on a use, as OpenCode finds it: the last that matches. Undefined where none does. A pattern that
 * is asked about as a use stands for all that it matches.
 */
export const effectOf = (rules: readonly PermissionRule[], action: string, resource: string): Effect | undefined =>
  rules.findLast((rule) => fitsGlob(rule.action, action) && fitsGlob(rule.resource, resource))?.effect;

/** The rules of an agent by which a session with these of its own would still wait for somebody's answer. */
export const remainingAsks = (agent: readonly PermissionRule[], own: readonly PermissionRule[]): PermissionRule[] =>
  agent.filter(
    ({ action, resource, effect }) => effect === 'ask' && effectOf([...agent, ...own], action, resource) === 'ask',
  );

/** True where nothing at all is denied to the agent: neither by its own rules nor by the session's. */
export const isUnlimited = (agent: readonly PermissionRule[], own: readonly PermissionRule[]): boolean =>
  ['external_directory', 'webfetch', 'bash', 'edit'].every(
    (action) => effectOf([...agent, ...own], action, '*') === 'allow',
  );
