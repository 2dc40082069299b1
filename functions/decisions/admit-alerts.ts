import { type Admission, type Arrival, admit, type StormSettings } from '../domain/storm/storm-window.ts';
import type { Clock } from '../ports.ts';
import { type SwapDeps, swapWindow } from './swap-window.ts';

interface AdmitDeps extends SwapDeps {
  clock: Pick<Clock, 'now'>;
}

/**
 * Storm control of one rule for all new alerts of a batch at once: one read and one compare-and-swap, however many
 * alerts there are. An alert that was admitted before, by an interrupted attempt, gets the same answer.
 */
export async function admitAlerts(
  { windows, clock }: AdmitDeps,
  ruleId: string,
  settings: StormSettings,
  arrivals: Arrival[],
): Promise<Map<string, Admission>> {
  let admissions = new Map<string, Admission>();
  await swapWindow({ windows }, ruleId, (window) => {
    const admitted = admit(window, arrivals, settings, clock.now().getTime(), ruleId);
    admissions = admitted.admissions;
    return admitted.window;
  });
  return admissions;
}
