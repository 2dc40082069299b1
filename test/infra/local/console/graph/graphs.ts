import { shownGraph } from '../../../../../infra/local/console/graph/shown.ts';
import { traceOf } from '../../../../../infra/local/console/graph/trace.ts';
import type { HistoryEvent, MachineGraph } from '../../../../../infra/local/console/views.ts';

/** A graph of tasks, the first one being where it starts. `a>b` is a transition, `a!b` one of an error. */
export function graphFrom(text: string, types: Record<string, string> = {}): MachineGraph {
  const links = text.split(' ').map((link) => /^(\w+)([>!])(\w+)$/.exec(link) ?? []);
  const names = [...new Set(links.flatMap(([, from = '', , to = '']) => [from, to]))];
  return {
    startAt: names[0] ?? '',
    states: names.map((name) => ({ name, type: types[name] ?? 'Task', comment: null, parent: null, startAt: null })),
    transitions: links.map(([, from = '', sign, to = '']) => ({ from, to, kind: sign === '!' ? 'catch' : 'next' })),
  };
}

/** All of a graph, as if nothing had run. */
export const allOf = (graph: MachineGraph) => shownGraph(graph, traceOf([]), true);

/** A history of one branch: each event follows from the one before. `Type name error` are an event's words. */
export function historyOf(...lines: string[]): HistoryEvent[] {
  return lines.map((line, index) => {
    const [type = '', name, error] = line.split(' ');
    return {
      id: index + 1,
      previousId: index,
      at: new Date(Date.UTC(2027, 2, 1, 0, 0, index)).toISOString(),
      type,
      details: { ...(name && name !== '-' && { name }), ...(error && { error, cause: `cause of ${error}` }) },
    };
  });
}
