import { isAbsolute, relative, resolve } from 'node:path';
import type { Rule } from './store.ts';

/** Of a stock server: everything is allowed but these. */
const defaults: Rule[] = [
  { action: '*', resource: '*', effect: 'allow' },
  { action: 'external_directory', resource: '*', effect: 'ask' },
  { action: 'read', resource: '*.env', effect: 'ask' },
  { action: 'read', resource: '*.env.*', effect: 'ask' },
];

/** What a tool call needs to be allowed. */
export interface Need {
  action: string;
  resource: string;
}

/** A path in a shell command that is not of the working directory. */
const absolutePath = /(?<=\s)\/[^\s"';|&>]+/g;

export function needsOf(directory: string, name: string, input: Record<string, unknown>): Need[] {
  const text = (key: string) => (typeof input[key] === 'string' ? input[key] : '');
  const outside = (path: string): Need[] => {
    const place = relative(directory, resolve(directory, path));
    return place.startsWith('..') || isAbsolute(place) ? [{ action: 'external_directory', resource: path }] : [];
  };
  switch (name) {
    case 'shell': {
      const paths = text('command').match(absolutePath) ?? [];
      return [...paths.flatMap(outside), { action: 'shell', resource: text('command') }];
    }
    case 'read':
      return [...outside(text('path')), { action: 'read', resource: text('path') }];
    case 'write':
    case 'edit':
      return [...outside(text('path')), { action: 'edit', resource: text('path') }];
    default:
      return [{ action: name, resource: '*' }];
  }
}

/** The agent's rules, then the session's; the last match wins, and one denied need denies the call. */
export function effectOf(needs: Need[], configured: Rule[], own: Rule[]): { effect: Rule['effect']; asked: Need[] } {
  const effects = needs.map((need) => {
    const rule = [...defaults, ...configured, ...own].findLast((each) => matches(each, need));
    return { need, effect: rule?.effect ?? 'ask' };
  });
  const asked = effects.filter(({ effect }) => effect === 'ask').map(({ need }) => need);
  if (effects.some(({ effect }) => effect === 'deny')) return { effect: 'deny', asked: [] };
  return asked.length > 0 ? { effect: 'ask', asked } : { effect: 'allow', asked: [] };
}

const matches = (rule: Rule, { action, resource }: Need): boolean =>
  like(rule.action, action) && like(rule.resource, resource);

function like(pattern: string, text: string): boolean {
  const expression = pattern
    .split('*')
    .map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${expression}$`, 's').test(text);
}
