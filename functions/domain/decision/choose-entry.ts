import type { Alert } from '../alert/alert.ts';
import { redactText } from '../alert/redact-alert.ts';
import { shownTitle } from '../alert/shown-title.ts';
import { configWith, conflictOf, type EntryInForce, entryFor, inForce } from '../catalogue/apply-entry.ts';
import { type Catalogue, readEntries } from '../catalogue/catalogue.ts';
import type { AgentConfig, Rule } from '../rule/rule.ts';
import { cut } from '../text/cut.ts';
import { oneLine } from '../text/untrusted-text.ts';

/** What stands in for a rule: its config with the entry's, and the entry; or nothing, where it asks no catalogue. */
type EntryChoice =
  | { kind: 'chosen'; config: AgentConfig; entry: EntryInForce | undefined }
  | { kind: 'invalid'; problem: string }
  | { kind: 'no_service'; sentence: string };

interface Asked {
  rule: Pick<Rule, 'name'>;
  config: AgentConfig;
  /** Undefined: none was stored yet. */
  catalogue: Catalogue | undefined;
  alert: Alert;
  at: Date;
}

/** The entry of the catalogue that is for the alert, where the rule asks for one. */
export function chooseEntry({ rule, config, catalogue, alert, at }: Asked): EntryChoice {
  if (!asksCatalogue(config)) return { kind: 'chosen', config, entry: undefined };
  if (!catalogue) {
    const sentence = `Rule "${rule.name}" asks the catalogue of services, and none is stored. Store one, or take "catalogue" out of the rule.`;
    return { kind: 'no_service', sentence };
  }
  const read = readEntries(catalogue);
  if (!read.ok) return { kind: 'invalid', problem: read.problem };
  const entry = entryFor(read.entries, alert, at);
  if (!entry) {
    const count = read.entries.length === 1 ? 'the one entry' : `none of the ${read.entries.length} entries`;
    const is = read.entries.length === 1 ? 'is not' : 'is';
    const sentence =
      `Rule "${rule.name}" asks the catalogue, and ${count} of version ${catalogue.version} ${is} for the alert: ` +
      `it has ${marksOf(alert, config)}. Add an entry whose match fits these.`;
    return { kind: 'no_service', sentence };
  }
  const problem = conflictOf(config, entry);
  if (problem !== undefined) return { kind: 'invalid', problem };
  return { kind: 'chosen', config: configWith(config, entry), entry: inForce(catalogue.version, entry) };
}

export const asksCatalogue = ({ config }: Pick<AgentConfig, 'config'>): boolean => config?.catalogue ?? false;

const MARK_CHARACTERS = 60;
const MOST_LABELS = 8;

/** By what an entry could know the alert, without what looks like a credential and what the rule takes out. */
function marksOf({ service, labels }: Alert, { config }: AgentConfig): string {
  const shown = (text: string) => cut(shownTitle(redactText(oneLine(text), config?.redact)), MARK_CHARACTERS);
  const all = Object.entries(labels);
  const first = all.slice(0, MOST_LABELS).map(([name, value]) => `${shown(name)}="${shown(value)}"`);
  const more = all.length > MOST_LABELS ? ` and ${all.length - MOST_LABELS} more` : '';
  const named = service === undefined || service.trim() === '' ? 'no service' : `the service "${shown(service)}"`;
  return `${named} and ${all.length === 0 ? 'no labels' : `the labels ${first.join(', ')}${more}`}`;
}

/** What is said beside why a session starts. */
export const entrySentence = ({ applied: { entry, version } }: EntryInForce): string =>
  ` Entry "${entry}" of the catalogue, version ${version}, says where.`;
