import { type Chain, isPoint, type Layers, layersOf } from './layers.ts';
import type { ShownEdge, ShownGraph, ShownNode } from './shown.ts';
import { spread } from './spread.ts';

/** A node with its place in the drawing: its upper left corner and its size. */
export interface Box extends ShownNode {
  x: number;
  y: number;
  width: number;
  height: number;
}

interface Line extends ShownEdge {
  /** Of an SVG path, in the direction of the transition. */
  path: string;
}

export interface Drawing {
  width: number;
  height: number;
  boxes: Box[];
  lines: Line[];
}

interface Size {
  width: number;
  height: number;
}
interface Point {
  x: number;
  y: number;
}

const NODE_HEIGHT = 34;
const LAYER_GAP = 26;
const NODE_GAP = 18;
const MARGIN = 10;
/** Of 13 px text, rounded up, and the room of icon and padding beside it. */
const CHARACTER_WIDTH = 7.3;
const BESIDE_TEXT = 48;
/** Of the name of a Map, above what is within it. */
const HEAD_HEIGHT = 30;
/** Room of a line that passes a layer. */
const POINT_WIDTH = 10;
/** Long lines are pulled straight before nodes are, and what leads on before what leads back. */
const POINT_PULL = 3;
const BACK_PULL = 0.2;
/** Each lessens what is left of the distances; after so many nothing moves by a pixel any more. */
const PULLS = 60;

/** The drawing of a graph, from top to bottom, with loops that lead back up. */
export function layoutOf(graph: ShownGraph): Drawing {
  const { boxes, lines, width, height } = part(graph, null);
  return {
    width: width + 2 * MARGIN,
    height: height + 2 * MARGIN,
    boxes: boxes.map((box) => ({ ...box, x: box.x + MARGIN, y: box.y + MARGIN })),
    lines: lines.map(({ points, ...edge }) => ({ ...edge, path: pathOf(points.map(moved(MARGIN, MARGIN))) })),
  };
}

interface Part extends Size {
  boxes: Box[];
  lines: (ShownEdge & { points: Point[] })[];
}

/** The states with one parent; what is within a Map is drawn first, since it makes the Map's size. */
function part(graph: ShownGraph, parent: string | null): Part {
  const nodes = graph.nodes.filter((node) => node.parent === parent);
  const within = new Map(
    nodes.flatMap(({ id }) => (graph.nodes.some((each) => each.parent === id) ? [[id, part(graph, id)] as const] : [])),
  );
  const ids = nodes.map(({ id }) => id);
  const edges = graph.edges.filter(({ from, to }) => ids.includes(from) && ids.includes(to));
  const layered = layersOf(ids, edges);
  const sizes = new Map(nodes.map((node) => [node.id, sizeOf(node, within.get(node.id))] as const));
  const { places, width, height } = place(layered, sizes);
  const boxes = nodes.map((node) => boxOf(node, places));
  const own = layered.chains.map((chain, index) => ({
    ...(edges[index] ?? { ...chain, kind: 'next' as const, times: 0 }),
    points: pointsOf(chain, places),
  }));
  const inner = boxes.flatMap((box) => {
    const found = within.get(box.id);
    return found ? [shifted(found, box.x + (box.width - found.width) / 2, box.y + HEAD_HEIGHT)] : [];
  });
  return {
    width,
    height,
    boxes: [...boxes, ...inner.flatMap((each) => each.boxes)],
    lines: [...own, ...inner.flatMap((each) => each.lines)],
  };
}

function sizeOf({ id, folded }: ShownNode, within: Size | undefined): Size {
  const text = folded.length === 0 ? id : foldedText(folded.length);
  const width = Math.max(110, Math.ceil(text.length * CHARACTER_WIDTH) + BESIDE_TEXT);
  if (!within) return { width, height: NODE_HEIGHT };
  return { width: Math.max(width, within.width + 24), height: within.height + HEAD_HEIGHT + 12 };
}

export const foldedText = (count: number): string => `${count} other endings`;

/** Of a node its box; of a point of a line the room from the top of its layer to the bottom. */
interface Place {
  middle: number;
  width: number;
  top: number;
  bottom: number;
}
type Places = Map<string, Place>;

function place({ layers, chains }: Layers, sizes: Map<string, Size>): Size & { places: Places } {
  const widthOf = (id: string) => sizes.get(id)?.width ?? POINT_WIDTH;
  const middles = pulled(layers, chains, widthOf);
  const left = Math.min(...[...middles].map(([id, middle]) => middle - widthOf(id) / 2));
  const places: Places = new Map();
  let top = 0;
  for (const layer of layers) {
    const height = Math.max(0, ...layer.map((id) => sizes.get(id)?.height ?? 0));
    for (const id of layer) {
      const bottom = top + (sizes.get(id)?.height ?? height);
      places.set(id, { middle: (middles.get(id) ?? 0) - left, width: widthOf(id), top, bottom });
    }
    top += height + LAYER_GAP;
  }
  const width = Math.max(...[...places.values()].map((each) => each.middle + each.width / 2));
  return { places, width, height: top - LAYER_GAP };
}

/** Each layer is pulled to its neighbours, down and up in turn. */
function pulled(layers: string[][], chains: Chain[], widthOf: (id: string) => number): Map<string, number> {
  const links = linksOf(chains);
  const middles = new Map<string, number>();
  for (let pull = 0; pull < PULLS; pull++) {
    for (const layer of pull % 2 === 0 ? layers : layers.toReversed()) {
      const wishes = layer.map((id) => ({ ...meanOf(links.get(id) ?? [], middles), width: widthOf(id) }));
      for (const [index, middle] of spread(wishes, NODE_GAP).entries()) middles.set(layer[index] ?? '', middle);
    }
  }
  return middles;
}

interface Neighbour {
  id: string;
  pull: number;
}

/** Of each node and point, above and below. */
function linksOf(chains: Chain[]): Map<string, Neighbour[]> {
  const links = new Map<string, Neighbour[]>();
  const add = (from: string, to: Neighbour) => links.set(from, [...(links.get(from) ?? []), to]);
  for (const { path, isBack } of chains) {
    for (const [index, id] of path.slice(1).entries()) {
      const before = path[index] ?? '';
      const pull = (isBack ? BACK_PULL : 1) * (isPoint(id) && isPoint(before) ? POINT_PULL : 1);
      add(before, { id, pull });
      add(id, { id: before, pull });
    }
  }
  return links;
}

/** Where the neighbours draw a node to, and how strongly. */
function meanOf(neighbours: Neighbour[], middles: Map<string, number>): { middle: number; weight: number } {
  let sum = 0;
  let weight = 0;
  for (const { id, pull } of neighbours) {
    sum += pull * (middles.get(id) ?? 0);
    weight += pull;
  }
  return weight === 0 ? { middle: 0, weight: 1 } : { middle: sum / weight, weight };
}

const nowhere: Place = { middle: 0, width: 0, top: 0, bottom: 0 };

function boxOf(node: ShownNode, places: Places): Box {
  const { middle, width, top, bottom } = places.get(node.id) ?? nowhere;
  return { ...node, width, height: bottom - top, x: middle - width / 2, y: top };
}

/** From node to node; a line that leads back is followed from its source up to its target. */
function pointsOf({ path, isBack }: Chain, places: Places): Point[] {
  const points = path.flatMap((id, index) => {
    const { middle: x, top, bottom } = places.get(id) ?? nowhere;
    return [...(index > 0 ? [{ x, y: top }] : []), ...(index < path.length - 1 ? [{ x, y: bottom }] : [])];
  });
  return isBack ? points.reverse() : points;
}

const moved =
  (x: number, y: number) =>
  (point: Point): Point => ({ x: point.x + x, y: point.y + y });

const shifted = ({ boxes, lines, ...size }: Part, x: number, y: number): Part => ({
  ...size,
  boxes: boxes.map((box) => ({ ...box, x: box.x + x, y: box.y + y })),
  lines: lines.map((line) => ({ ...line, points: line.points.map(moved(x, y)) })),
});

/** Curves between layers, and straight through them: the points come in pairs, one such pair for each gap. */
function pathOf(points: Point[]): string {
  const [start, ...rest] = points;
  if (!start) return '';
  const steps = rest.map(({ x, y }, index) => {
    const from = points[index] ?? start;
    const middle = round((from.y + y) / 2);
    return index % 2 === 1
      ? `V${round(y)}`
      : `C${round(from.x)} ${middle} ${round(x)} ${middle} ${round(x)} ${round(y)}`;
  });
  return `M${round(start.x)} ${round(start.y)}${steps.join('')}`;
}

const round = (number: number): number => Math.round(number * 10) / 10;
