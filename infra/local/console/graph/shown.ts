import type { MachineGraph, MachineState, Transition } from '../views.ts';
import { type Trace, transitionKey } from './trace.ts';

/** A state, or the endings that an execution did not come to, together. */
export interface ShownNode {
  id: string;
  type: string;
  parent: string | null;
  /** Names of the endings that stand in it; empty for a state. */
  folded: string[];
}

export interface ShownEdge {
  from: string;
  to: string;
  kind: Transition['kind'];
  /** How often it was gone. */
  times: number;
}

export interface ShownGraph {
  startAt: string;
  nodes: ShownNode[];
  edges: ShownEdge[];
  /** States that are left out. */
  hidden: number;
}

const isEnding = ({ type }: MachineState): boolean => type === 'Succeed' || type === 'Fail';
/** No state may have such a name on AWS, which ends at 80 characters. */
const foldedId = (parent: string | null): string => `${parent ?? ''}:other endings`.padStart(100);

/**
 * What is drawn of a machine: where the execution went, and the way that it goes without an error. States that are for
 * errors alone are left out until one is met, or `all` are asked for. Endings that were not come to are one node.
 */
export function shownGraph(graph: MachineGraph, trace: Trace, all: boolean): ShownGraph {
  const usual = usualStates(graph);
  const visited = (name: string) => trace.visits.has(name);
  const folds = foldsOf(graph, visited);
  const kept = graph.states.filter(({ name }) => !folds.has(name) && (all || usual.has(name) || visited(name)));
  const names = new Set(kept.map(({ name }) => name));
  const edges = new Map<string, ShownEdge>();
  for (const { from, to, kind } of graph.transitions) {
    const times = trace.transitions.get(transitionKey(from, to)) ?? 0;
    const target = folds.get(to) ?? to;
    const isDrawn = all || times > 0 || (kind === 'next' && usual.has(from));
    if (!isDrawn || !names.has(from) || !(names.has(to) || folds.has(to))) continue;
    const key = transitionKey(from, target);
    if (!edges.has(key)) edges.set(key, { from, to: target, kind, times });
  }
  const drawn = [...edges.values()];
  const folded = foldedNodes(graph, folds).filter(({ id }) => drawn.some(({ to }) => to === id));
  return {
    startAt: graph.startAt,
    nodes: [...kept.map(({ name, type, parent }) => ({ id: name, type, parent, folded: [] })), ...folded],
    edges: drawn,
    hidden: graph.states.length - kept.length - folded.flatMap((each) => each.folded).length,
  };
}

/** States that are reached without any error. */
function usualStates({ startAt, states, transitions }: MachineGraph): Set<string> {
  const found = new Set<string>();
  const next = [startAt, ...states.flatMap((state) => state.startAt ?? [])];
  for (let state = next.pop(); state !== undefined; state = next.pop()) {
    if (found.has(state)) continue;
    found.add(state);
    next.push(...transitions.flatMap(({ from, to, kind }) => (from === state && kind === 'next' ? [to] : [])));
  }
  return found;
}

/** The node that each ending stands in; one alone needs none. */
function foldsOf({ states }: MachineGraph, visited: (name: string) => boolean): Map<string, string> {
  const others = states.filter((state) => isEnding(state) && !visited(state.name));
  const alone = (state: MachineState) => others.filter(({ parent }) => parent === state.parent).length === 1;
  return new Map(others.filter((state) => !alone(state)).map(({ name, parent }) => [name, foldedId(parent)] as const));
}

function foldedNodes({ states }: MachineGraph, folds: Map<string, string>): ShownNode[] {
  const nodes = new Map<string, ShownNode>();
  for (const { name, parent } of states) {
    const id = folds.get(name);
    if (id === undefined) continue;
    const node = nodes.get(id) ?? { id, type: 'Endings', parent, folded: [] };
    node.folded.push(name);
    nodes.set(id, node);
  }
  return [...nodes.values()];
}
