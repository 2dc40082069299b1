import { limits } from '../../contract/limits.ts';
import type { Alert } from '../alert/alert.ts';
import { capped, type Fence, fenceFor, oneLine, untrustedNotice, visibleLines } from '../text/untrusted-text.ts';
import { defaultTemplate, fillTemplate, type Placeholder, placeholdersIn } from './prompt-template.ts';

interface PromptInput {
  alert: Alert;
  relayName: string;
  ruleName: string;
  /** The rule's own; undefined: the built-in one. Must be without problem: see `promptTemplateProblem`. */
  template: string | undefined;
  /** Any text of ours that the sender does not know; the job id. */
  seed: string;
}

/** Most characters of each field in a prompt. Together 20,000: the default template fits beside them. */
const caps = {
  title: limits.titleCharacters,
  source: 255,
  service: 255,
  environment: 255,
  labels: 4_000,
  links: 2_000,
  metadata: 4_000,
  message: 8_000,
} as const;
type Field = keyof typeof caps;

/** Of one label, link or detail; the field as a whole has its own cap. */
const ENTRY_CHARACTERS = 500;

const NOT_GIVEN = '(not given)';

/**
 * The text that the model is given, at most `limits.promptCharacters`. Whatever the sender wrote stands in a fence,
 * wherever the template puts it, and is cut visibly: first at its own cap, then at a half, a quarter … of it until the
 * whole fits. The same input gives the same prompt.
 */
export function promptOf({ alert, relayName, ruleName, template = defaultTemplate, seed }: PromptInput): string {
  const texts = textsOf(alert);
  const fence = fenceFor(Object.values(texts), seed);
  const names = { 'relay.name': ourLine(relayName), 'rule.name': ourLine(ruleName) };
  const guard = [...placeholdersIn(template)].some(isUntrusted) ? `${untrustedNotice(fence)}\n\n` : '';
  const render = (share: number): string =>
    guard + fillTemplate(template, (placeholder) => filling(placeholder, { alert, texts, fence, names, share }));
  for (let share = 1; share > 1 / 1024; share /= 2) {
    const prompt = render(share);
    if (prompt.length <= limits.promptCharacters) return prompt;
  }
  return render(0);
}

interface Filling {
  alert: Alert;
  texts: Record<Field, string>;
  fence: Fence;
  names: Record<'relay.name' | 'rule.name', string>;
  share: number;
}

function filling(placeholder: Placeholder, { alert, texts, fence, names, share }: Filling): string {
  const cut = (field: Field) => capped(texts[field], Math.floor(caps[field] * share));
  switch (placeholder) {
    case 'alert':
      return fence.around(block(alert, cut));
    case 'relay.name':
    case 'rule.name':
      return names[placeholder];
    // An enum and a date: no text of the sender.
    case 'alert.severity':
      return alert.severity;
    case 'alert.startsAt':
      return startOf(alert);
    case 'alert.title':
    case 'alert.message':
    case 'alert.source':
    case 'alert.service':
    case 'alert.environment':
    case 'alert.labels':
    case 'alert.links':
    case 'alert.metadata': {
      const field = fieldOf[placeholder];
      return texts[field] === '' ? NOT_GIVEN : fence.around(cut(field));
    }
  }
}

const fieldOf = {
  'alert.title': 'title',
  'alert.message': 'message',
  'alert.source': 'source',
  'alert.service': 'service',
  'alert.environment': 'environment',
  'alert.labels': 'labels',
  'alert.links': 'links',
  'alert.metadata': 'metadata',
} as const satisfies Partial<Record<Placeholder, Field>>;

const isUntrusted = (placeholder: Placeholder): boolean => placeholder === 'alert' || placeholder in fieldOf;

/** The message last: it is the longest, and what follows it would be lost on a reader. */
function block(alert: Alert, cut: (field: Field) => string): string {
  const line = (name: string, text: string) => (text === '' ? [] : [`${name}: ${text}`]);
  const section = (name: string, text: string) => (text === '' ? [] : [`${name}:\n${text}`]);
  return [
    ...line('Title', cut('title')),
    `Severity: ${alert.severity}`,
    `Began: ${startOf(alert)}`,
    ...line('Source', cut('source')),
    ...line('Service', cut('service')),
    ...line('Environment', cut('environment')),
    ...section('Labels', cut('labels')),
    ...section('Links', cut('links')),
    ...section('Details', cut('metadata')),
    ...section('Message', cut('message')),
  ].join('\n');
}

const textsOf = (alert: Alert): Record<Field, string> => ({
  title: oneLine(alert.title),
  source: oneLine(alert.source),
  service: oneLine(alert.service ?? ''),
  environment: oneLine(alert.environment ?? ''),
  labels: entries(alert.labels),
  links: entries(alert.links),
  metadata: entries(alert.metadata),
  message: visibleLines(alert.message ?? ''),
});

const entries = (record: Record<string, unknown>): string =>
  Object.entries(record)
    .map(([key, value]) => `- ${entry(key)}: ${entry(value)}`)
    .join('\n');

const entry = (value: unknown): string =>
  capped(oneLine(typeof value === 'string' ? value : (JSON.stringify(value) ?? '')), ENTRY_CHARACTERS);

const startOf = ({ startsAt }: Alert): string => new Date(startsAt).toISOString();

const ourLine = (name: string): string => oneLine(name).slice(0, limits.nameCharacters);
