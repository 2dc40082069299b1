import { fingerprintOfFacts } from '../alert/fingerprint.ts';
import type { JsonObject } from './json.ts';
import type { Draft } from './occurrence.ts';
import { at, keyOf } from './path.ts';

/** What a webhook says of the fingerprints of its alerts. Without either the sender's own key stands. */
export interface KeySettings {
  /** Labels, or dot-paths into the payload, that alone tell one incident from another. */
  dedupLabels?: readonly string[] | undefined;
  /** Labels that do not: volatile ones, such as pod or instance. Works where the key is made of labels. */
  ignoreLabels?: readonly string[] | undefined;
}

/**
 * The draft with the fingerprint that the webhook asks for. Where nothing of what it names is there, or nothing is
 * left, the sender's key stands: alerts that have nothing in common never become one; a number that a double rounds
 * counts as absent. A start tells apart what is to be one, so it becomes metadata.
 */
export function keyedBy(settings: KeySettings, format: string, draft: Draft, body: JsonObject): Draft {
  const facts = factsOf(settings, draft, body);
  if (Object.keys(facts).length === 0) return draft;
  const { startsAt, metadata } = draft;
  return {
    ...draft,
    fingerprint: fingerprintOfFacts(`${format}.labels`, facts),
    startsAt: undefined,
    // What several incidents of the sender share is not over for one because another was.
    occurredAt: undefined,
    metadata: { ...(startsAt !== undefined && { startsAt }), ...metadata },
  };
}

function factsOf({ dedupLabels, ignoreLabels }: KeySettings, draft: Draft, body: JsonObject): Record<string, string> {
  if (dedupLabels && dedupLabels.length > 0) {
    return Object.fromEntries(
      dedupLabels.flatMap((name): [string, string][] => {
        const value = keyOf(at(draft.labels, name) ?? at(draft.entry, name) ?? at(body, name));
        return value === undefined ? [] : [[name, value]];
      }),
    );
  }
  if (!draft.facts || !ignoreLabels || ignoreLabels.length === 0) return {};
  return Object.fromEntries(Object.entries(draft.facts).filter(([name]) => !ignoreLabels.includes(name)));
}
