import { sweptKinds } from '../contract/metrics.ts';
import type { SweepMetrics } from '../ports.ts';
import { addCount } from './metrics.ts';

/** What a sweep found, by kind, and measured; what there is nothing of costs no series. */
export const sweepMetrics: SweepMetrics = {
  measured({ undecided, stormHeldMinutes, pausedMinutes, sessionsWaiting, budgets }) {
    const gauges = {
      Undecided: undecided,
      StormHeldMinutes: stormHeldMinutes,
      PausedMinutes: pausedMinutes,
      SessionsWaiting: sessionsWaiting,
    };
    for (const [name, value] of Object.entries(gauges)) if (value > 0) addCount({}, name, value);
    for (const { scope, limit, percent } of budgets) addCount({ scope, limit }, 'BudgetUsed', percent);
  },

  publish(found) {
    for (const kind of sweptKinds.filter((each) => found[each] > 0)) addCount({ kind }, 'Swept', found[kind]);
  },
};
