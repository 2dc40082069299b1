import type { AnswerReader, StormMembers } from '../../../functions/ports.ts';
import { late } from './late.ts';
import type { RoutingWorld } from './routing-world.ts';

/** What storms read of alerts and their decisions. */
export const fakeMembers = ({ alerts, decisions }: Pick<RoutingWorld, 'alerts' | 'decisions'>): StormMembers =>
  late<StormMembers>({
    list: async (ruleId, ids) =>
      ids.flatMap((id) => {
        const alert = alerts.get(id);
        if (!alert) return [];
        const decision = decisions.get(`${id} ${ruleId} storm_held`);
        const { title, severity, source, service, createdAt, resolvedAt } = alert;
        const heldCount = decision?.followedBy === undefined ? (decision?.count ?? 0) : undefined;
        return [
          { ...{ id, title, severity, source, service, createdAt }, isResolved: resolvedAt !== undefined, heldCount },
        ];
      }),
  });

export const fakeAnswers = (answers: Map<string, string>): AnswerReader =>
  late<AnswerReader>({
    read: async (key, characters) => answers.get(key)?.slice(0, characters) ?? null,
  });
