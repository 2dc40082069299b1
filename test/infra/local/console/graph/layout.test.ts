import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { graphOf } from '../../../../../infra/local/console/graph/definition.ts';
import { layersOf } from '../../../../../infra/local/console/graph/layers.ts';
import { type Box, type Drawing, layoutOf } from '../../../../../infra/local/console/graph/layout.ts';
import { spread } from '../../../../../infra/local/console/graph/spread.ts';
import { synthesizedDefinition } from '../../../../support/definition.ts';
import { runs } from '../../../../support/property-runs.ts';
import { allOf, graphFrom } from './graphs.ts';

const isOver = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
const isWithin = (inner: Box, outer: Box): boolean =>
  inner.x >= outer.x &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y >= outer.y &&
  inner.y + inner.height <= outer.y + outer.height;
const overlaps = ({ boxes }: Drawing): string[] =>
  boxes.flatMap((a, index) =>
    boxes
      .slice(index + 1)
      .filter((b) => isOver(a, b) && !(b.parent === a.id && isWithin(b, a)) && !(a.parent === b.id && isWithin(a, b)))
      .map((b) => `${a.id} / ${b.id}`),
  );
/** Whether a line's ends touch the boxes that it is between. */
function strays({ boxes, lines }: Drawing): string[] {
  const box = new Map(boxes.map((each) => [each.id, each]));
  return lines.flatMap(({ from, to, path }) => {
    const numbers = path.match(/-?[\d.]+/g)?.map(Number) ?? [];
    const [x = 0, y = 0] = numbers;
    const touches = (id: string, px: number, py: number) => {
      const { x: left = 0, width = 0, y: top = 0, height = 0 } = box.get(id) ?? {};
      const isOnEdge = Math.abs(py - top) < 0.2 || Math.abs(py - top - height) < 0.2;
      return isOnEdge && Math.abs(px - left - width / 2) < 0.2;
    };
    const [endX = 0, endY = 0] = numbers.slice(-2);
    return touches(from, x, y) && touches(to, endX, endY) ? [] : [`${from} → ${to}`];
  });
}

describe('layers', () => {
  const layersIn = (text: string) => {
    const { startAt, states, transitions } = graphFrom(text);
    const ids = [startAt, ...states.map(({ name }) => name).filter((name) => name !== startAt)];
    const { layers, chains } = layersOf(ids, transitions);
    return {
      layers: layers.map((layer) => layer.map((id) => id.replace(/^\n.*\n.*$/s, '·')).join(' ')),
      back: chains.filter(({ isBack }) => isBack).map(({ from, to }) => `${from}>${to}`),
    };
  };

  test.each<[string, string[], string[]]>([
    ['a>b b>c', ['a', 'b', 'c'], []],
    // The longest way counts, and the short one keeps room beside it.
    ['a>b b>c a>c', ['a', 'b ·', 'c'], []],
    ['a>b b>a', ['a', 'b'], ['b>a']],
    ['a>b b>c c>a', ['a', 'b ·', 'c'], ['c>a']],
    ['a>a', ['a'], ['a>a']],
    // In the given order the two would cross.
    ['a>b a>c b>e c>d', ['a', 'b c', 'e d'], []],
  ])('of %s', (text, layers, back) => expect(layersIn(text)).toEqual({ layers, back }));
});

test.each<[what: string, wishes: [middle: number, width: number][], middles: number[]]>([
  [
    'wishes that fit',
    [
      [0, 10],
      [100, 10],
    ],
    [0, 100],
  ],
  [
    'two that want one place',
    [
      [50, 10],
      [50, 10],
    ],
    [40, 60],
  ],
  [
    'a third that is far',
    [
      [50, 10],
      [50, 10],
      [200, 10],
    ],
    [40, 60, 200],
  ],
  [
    'three of different widths',
    [
      [0, 20],
      [0, 10],
      [0, 20],
    ],
    [-25, 0, 25],
  ],
  ['none', [], []],
])('middles of %s are as near to the wishes as may be', (_, wishes, middles) => {
  expect(
    spread(
      wishes.map(([middle, width]) => ({ middle, width, weight: 1 })),
      10,
    ),
  ).toEqual(middles);
});

test('what has more weight moves less', () => {
  expect(
    spread(
      [
        { middle: 0, width: 10, weight: 3 },
        { middle: 0, width: 10, weight: 1 },
      ],
      10,
    ),
  ).toEqual([-5, 15]);
});

test('a chain is a straight line down', () => {
  const { boxes } = layoutOf(allOf(graphFrom('first>second_longer second_longer>third')));
  expect(new Set(boxes.map(({ x, width }) => Math.round(x + width / 2))).size).toBe(1);
  expect(boxes.map(({ y }) => y)).toEqual(boxes.map(({ y }) => y).toSorted((a, b) => a - b));
});

test.each(['Sessions', 'RelayRuns', 'Storms'] as const)(
  'no two states of %s overlap, and lines end at them',
  (machine) => {
    const drawing = layoutOf(allOf(graphOf(JSON.stringify(synthesizedDefinition(undefined, machine)))));
    expect(overlaps(drawing)).toEqual([]);
    expect(strays(drawing)).toEqual([]);
    for (const { x, y, width, height } of drawing.boxes) {
      expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
      expect(x + width).toBeLessThanOrEqual(drawing.width);
      expect(y + height).toBeLessThanOrEqual(drawing.height);
    }
  },
);

test('any graph is drawn, without overlaps, and each line ends at its states', () => {
  const name = fc.integer({ min: 0, max: 9 }).map((number) => `s${number}`);
  const links = fc.array(fc.tuple(name, fc.constantFrom('>', '!'), name), { minLength: 1, maxLength: 25 });
  fc.assert(
    fc.property(links, (given) => {
      const drawing = layoutOf(allOf(graphFrom(given.map((link) => link.join('')).join(' '))));
      expect(overlaps(drawing)).toEqual([]);
      expect(strays(drawing)).toEqual([]);
    }),
    { numRuns: runs() },
  );
});
