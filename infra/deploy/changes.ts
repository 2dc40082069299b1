import type { z } from 'zod';
import { configurationIn, type DeployedTemplate, type templateSchema } from './deployed-template.ts';

/** A key, or a name within one, with its value before and after; undefined where it has none. */
interface ConfigurationChange {
  key: string;
  before: string | undefined;
  after: string | undefined;
}

/** Key by key what is different, in the order of the names. */
export function configurationChanges(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): ConfigurationChange[] {
  const [old, current] = [flat(before), flat(after)];
  const keys = [...new Set([...old.keys(), ...current.keys()])].sort();
  return keys
    .map((key) => ({ key, before: old.get(key), after: current.get(key) }))
    .filter((change) => change.before !== change.after);
}

/** Values as text, by their keys; those of an object each by its own name. Empty ones are as good as none. */
function flat(values: Record<string, unknown>): Map<string, string> {
  const entries = Object.entries(values).flatMap(([key, value]): [string, string][] => {
    if (Array.isArray(value)) return value.length === 0 ? [] : [[key, value.join(', ')]];
    if (typeof value === 'object' && value !== null) {
      return Object.entries(value).map(([name, each]) => [`${key}.${name}`, String(each)]);
    }
    return value === undefined ? [] : [[key, String(value)]];
  });
  return new Map(entries);
}

/** What the deployment changes, for whoever has to agree to it. */
export function changesText(deployed: DeployedTemplate, next: z.infer<typeof templateSchema>): string[] {
  const before = configurationIn(deployed);
  const changes = configurationChanges(before ?? {}, configurationIn(next) ?? {});
  const told = changes.map(({ key, before = 'none', after = 'none' }) => `  ${key}: ${before} → ${after}`);
  const gone = Object.entries(deployed.Resources).filter(([id]) => !(id in next.Resources));
  return [
    ...(before ? [] : ['The deployed template does not say how it was configured, so all of it is shown.']),
    ...(told.length > 0 ? ['The configuration changes:', ...told] : ['The configuration stays as it is.']),
    ...(gone.length > 0 ? ['The stack loses:'] : []),
    ...gone.map(([id, { Type, DeletionPolicy }]) => `  ${Type} ${id}, which is ${fates[DeletionPolicy] ?? 'deleted'}`),
  ];
}

const fates: Record<string, string> = {
  Retain: 'kept outside of it',
  RetainExceptOnCreate: 'kept outside of it',
};
