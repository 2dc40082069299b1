import type { TaskInput } from '../../contract/execution.ts';
import type { SessionMessage } from '../../domain/session/session.ts';
import { progressOf, type Watched, watchProgress } from '../../domain/session/session-stall.ts';
import type { Observation } from '../../domain/session/verdict.ts';
import type { SessionServer } from '../../ports.ts';

/** Sub-agents whose newest message is read; a run has a handful. */
const MAX_DESCENDANTS = 5;

/** Whether the session still gets on. Reads nothing unless the rule has a limit for it. */
export async function checkStall(
  server: Pick<SessionServer, 'messages'>,
  { execution: { limits }, at }: Pick<TaskInput<'pollSession'>, 'execution' | 'at'>,
  observation: Observation,
  memory: Watched['memory'],
): Promise<Watched> {
  const stallMinutes = limits?.stallMinutes ?? null;
  if (stallMinutes === null) return { memory, ending: undefined };
  const descendants: Record<string, SessionMessage[]> = {};
  const atWork = observation.kind === 'seen' ? observation.descendants : [];
  for (const id of atWork.slice(0, MAX_DESCENDANTS)) descendants[id] = await server.messages(id, 1);
  return watchProgress(progressOf(observation, descendants), memory, at, stallMinutes);
}
