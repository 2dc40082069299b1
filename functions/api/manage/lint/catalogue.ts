import type { LintCode, LintIssue } from '../../../contract/lint.ts';
import { configWith, conflictOf } from '../../../domain/catalogue/apply-entry.ts';
import { type Catalogue, type CatalogueEntry, entriesOf, readEntries } from '../../../domain/catalogue/catalogue.ts';
import { unreachableEntries } from '../../../domain/catalogue/unreachable.ts';
import { asksCatalogue } from '../../../domain/decision/choose-entry.ts';
import type { AgentConfig, Rule } from '../../../domain/rule/rule.ts';
import { listed } from '../../../domain/text/listed.ts';
import { issue } from './issue.ts';

type Where = Pick<LintIssue, 'relayId' | 'ruleId'>;
export interface ConfigProblem {
  code: LintCode;
  message: string;
}

/** What is wrong with a catalogue by itself, whatever rule asks it. */
export function issuesOfEntries(entries: readonly CatalogueEntry[], where: Where = {}): LintIssue[] {
  return unreachableEntries(entries).map(({ entry, by }) => {
    const message = `No alert comes to entry "${entry}" of the catalogue: entry "${by}" stands before it and is for all of its alerts. Put "${entry}" first, or take it out.`;
    return issue('catalogue.unreachable_entry', message, { ...where, details: { entry, by } });
  });
}

const MOST_NAMES = 5;

type ProblemsOf = (config: AgentConfig) => ConfigProblem[];

/**
 * What is wrong with a rule's own config. No session starts by that alone where it asks the catalogue: what an entry
 * mends is none of its problems.
 */
export function problemsOfOwn(config: AgentConfig, catalogue: Catalogue | undefined, problemsOf: ProblemsOf) {
  const own = problemsOf(config);
  const entries = asksCatalogue(config) ? entriesOf(catalogue) : [];
  const found = entries.map((entry) => new Set(problemsOf(configWith(config, entry)).map(({ message }) => message)));
  return own.filter(({ message }) => found.every((messages) => messages.has(message)));
}

/**
 * What keeps a rule that asks the catalogue from working, in its entries too. `problemsOf` says what is wrong with a
 * config; what all entries share is said of the rule, and what several do is said once.
 */
export function issuesOfCatalogue(
  { rule, config, catalogue }: { rule: Rule; config: AgentConfig; catalogue: Catalogue | undefined },
  problemsOf: ProblemsOf,
): LintIssue[] {
  if (!asksCatalogue(config)) return [];
  const where = { relayId: rule.relayId, ruleId: rule.id };
  if (!catalogue) {
    const message = `Rule "${rule.name}" asks the catalogue of services, and none is stored: each of its alerts ends as no_service. Store one, or take "catalogue" out of the rule.`;
    return [issue('rule.no_catalogue', message, where)];
  }
  const read = readEntries(catalogue);
  if (!read.ok) {
    const message = `Rule "${rule.name}" asks the catalogue, which cannot be used as it is stored (${read.problem}). Write it again.`;
    return [issue('rule.invalid_catalogue', message, where)];
  }
  const own = new Set(problemsOfOwn(config, catalogue, problemsOf).map(({ message }) => message));
  const found = read.entries.flatMap((entry) => {
    const conflict = conflictOf(config, entry);
    const problems = problemsOf(configWith(config, entry)).filter(({ message }) => !own.has(message));
    const all = conflict === undefined ? problems : [{ code: 'rule.invalid_catalogue' as const, message: conflict }];
    return all.map((problem) => ({ ...problem, entry: entry.name }));
  });
  const together = Map.groupBy(found, ({ code, message }) => `${code} ${message}`);
  return [
    ...issuesOfEntries(read.entries, where),
    ...[...together.values()].flatMap((same) => {
      const [first] = same;
      if (!first) return [];
      const entries = same.map(({ entry }) => entry);
      const names = listed(
        entries.map((name) => `"${name}"`),
        MOST_NAMES,
      );
      const message = `Rule "${rule.name}", entry ${names} of the catalogue: ${first.message}`;
      return [issue(first.code, message, { ...where, details: { catalogueVersion: catalogue.version, entries } })];
    }),
  ];
}
