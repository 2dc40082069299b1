import { describe, expect, test } from 'vitest';
import { graphOf } from '../../../../../infra/local/console/graph/definition.ts';
import { shownGraph } from '../../../../../infra/local/console/graph/shown.ts';
import { traceOf } from '../../../../../infra/local/console/graph/trace.ts';
import { synthesizedDefinition } from '../../../../support/definition.ts';
import { graphFrom, historyOf } from './graphs.ts';

const graph = graphFrom('Start>Poll Poll>Done Poll>Red Poll>Blue Poll!Mend Mend>Poll Mend!Red', {
  Done: 'Succeed',
  Red: 'Fail',
  Blue: 'Fail',
});
const shown = (history: string[], all = false) => {
  const { nodes, edges, hidden } = shownGraph(graph, traceOf(historyOf('ExecutionStarted', ...history)), all);
  return {
    nodes: nodes.map(({ id, folded }) => (folded.length > 0 ? folded.join('+') : id)),
    edges: edges.map(({ from, to, times }) => `${from}>${to.trim()} ${times}`),
    hidden,
  };
};
const passed = (name: string) => [`TaskStateEntered ${name}`, `TaskStateExited ${name}`];

describe('of a machine are drawn', () => {
  test('before it runs, the usual way, and the endings as one', () => {
    expect(shown([])).toEqual({
      nodes: ['Start', 'Poll', 'Done+Red+Blue'],
      edges: ['Start>Poll 0', 'Poll>:other endings 0'],
      hidden: 1,
    });
  });

  test('what is for errors once it is met, and the ending that it came to', () => {
    const failed = ['TaskStateEntered Poll', 'TaskFailed - Boom', 'TaskStateExited Poll'];
    const history = [...passed('Start'), ...failed, ...passed('Mend'), ...passed('Poll'), 'FailStateEntered Red'];
    expect(shown(history)).toEqual({
      nodes: ['Start', 'Poll', 'Red', 'Mend', 'Done+Blue'],
      edges: ['Start>Poll 1', 'Poll>:other endings 0', 'Poll>Red 1', 'Poll>Mend 1', 'Mend>Poll 1'],
      hidden: 0,
    });
  });

  test('all states where they are asked for', () => {
    expect(shown([], true).nodes).toEqual(['Start', 'Poll', 'Mend', 'Done+Red+Blue']);
    expect(shown([], true).edges).toContain('Mend>:other endings 0');
  });
});

test('a definition is a graph, with what is within a Map, and with one transition for two states', () => {
  const definition = {
    StartAt: 'Groups',
    States: {
      Groups: {
        Type: 'Map',
        Comment: 'One each',
        ItemProcessor: {
          StartAt: 'Work',
          States: {
            Work: { Type: 'Task', Catch: [{ Next: 'Over' }], Next: 'Over' },
            Over: { Type: 'Pass', End: true },
          },
        },
        Next: 'Which?',
      },
      'Which?': { Type: 'Choice', Choices: [{ Next: 'A' }, { Next: 'A' }], Default: 'B' },
      A: { Type: 'Succeed' },
      B: { Type: 'Fail' },
    },
  };
  const { startAt, states, transitions } = graphOf(JSON.stringify(definition));
  expect(startAt).toBe('Groups');
  expect(states[0]).toEqual({ name: 'Groups', type: 'Map', comment: 'One each', parent: null, startAt: 'Work' });
  expect(states.map(({ name, parent }) => `${parent}/${name}`)).toEqual([
    ...['null/Groups', 'Groups/Work', 'Groups/Over', 'null/Which?', 'null/A', 'null/B'],
  ]);
  expect(transitions.map(({ from, to, kind }) => `${from} ${kind} ${to}`)).toEqual([
    ...['Groups next Which?', 'Work next Over', 'Which? next A', 'Which? next B'],
  ]);
});

test.each(['Sessions', 'RelayRuns', 'Storms'] as const)('each state of %s is drawn, folded or left out', (machine) => {
  const of = graphOf(JSON.stringify(synthesizedDefinition(undefined, machine)));
  for (const all of [false, true]) {
    const { nodes, edges, hidden } = shownGraph(of, traceOf([]), all);
    const drawn = nodes.flatMap(({ id, folded }) => (folded.length > 0 ? folded : [id]));
    expect(drawn.length + hidden).toBe(of.states.length);
    expect(all ? hidden : 0).toBe(0);
    const ids = new Set(nodes.map(({ id }) => id));
    expect(edges.filter(({ from, to }) => !ids.has(from) || !ids.has(to))).toEqual([]);
  }
});
