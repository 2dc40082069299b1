/** The first half of a layered layout: which node stands in which layer, and in which order (after Sugiyama, 1981). */

interface Link {
  from: string;
  to: string;
}

/** A link on its way through the layers; of a link that leads back, from its target down to its source. */
export interface Chain extends Link {
  /** It leads back, such as the turn of a loop. */
  isBack: boolean;
  /** Nodes from layer to layer: the ends, and between them points that keep room for the line. */
  path: string[];
}

export interface Layers {
  /** Ids from left to right, layer by layer from the top. */
  layers: string[][];
  chains: Chain[];
}

/** More sweeps change nothing in graphs of this size. */
const SWEEPS = 8;

/** `ids` in the order of the definition, the first one being where it starts. */
export function layersOf(ids: string[], links: Link[]): Layers {
  const back = backLinks(ids, links);
  const isBack = (link: Link) => back.has(link);
  const down = links.map((link) => (isBack(link) ? { from: link.to, to: link.from } : link));
  const ranks = ranksOf(ids, down);
  const chains = links.map((link, index) => {
    const { from, to } = down[index] ?? link;
    return { ...link, isBack: isBack(link), path: pathOf(from, to, ranks, index) };
  });
  const layers = firstLayers(ids, ranks, chains);
  return { layers: ordered(layers, chains), chains };
}

/** Links to a node that is still being followed: without them there is no circle. */
function backLinks(ids: string[], links: Link[]): Set<Link> {
  const back = new Set<Link>();
  const states = new Map<string, 'open' | 'done'>();
  const follow = (id: string) => {
    states.set(id, 'open');
    for (const link of links) {
      if (link.from !== id) continue;
      if (states.get(link.to) === 'open') back.add(link);
      else if (!states.has(link.to)) follow(link.to);
    }
    states.set(id, 'done');
  };
  for (const id of ids) if (!states.has(id)) follow(id);
  return back;
}

/** The longest way down to each node. `down` has no circle but those of a node that leads to itself. */
function ranksOf(ids: string[], down: Link[]): Map<string, number> {
  const ranks = new Map<string, number>();
  const rankOf = (id: string): number => {
    const known = ranks.get(id);
    if (known !== undefined) return known;
    const above = down.filter(({ from, to }) => to === id && from !== id).map(({ from }) => rankOf(from) + 1);
    const rank = Math.max(0, ...above);
    ranks.set(id, rank);
    return rank;
  };
  for (const id of ids) rankOf(id);
  return ranks;
}

function pathOf(from: string, to: string, ranks: Map<string, number>, index: number): string[] {
  const first = ranks.get(from) ?? 0;
  const between = Array.from({ length: Math.max(0, (ranks.get(to) ?? 0) - first - 1) }, (_, at) =>
    pointId(index, first + 1 + at),
  );
  return [from, ...between, to];
}

/** Unlike any name of a state, which has no line break. */
const pointId = (link: number, rank: number): string => `\n${link}\n${rank}`;
export const isPoint = (id: string): boolean => id.startsWith('\n');

function firstLayers(ids: string[], ranks: Map<string, number>, chains: Chain[]): string[][] {
  const layers: string[][] = Array.from({ length: Math.max(0, ...ranks.values()) + 1 }, () => []);
  for (const id of ids) layers[ranks.get(id) ?? 0]?.push(id);
  for (const { path } of chains) {
    for (const id of path) if (isPoint(id)) layers[Number(id.split('\n')[2])]?.push(id);
  }
  return layers;
}

/** Sorts each layer by where its neighbours stand, down and up in turn, and keeps what crosses least. */
function ordered(layers: string[][], chains: Chain[]): string[][] {
  const pairs = chains.flatMap(({ path }) => path.slice(1).map((to, index) => [path[index] ?? '', to] as const));
  const above = neighbours(pairs.map(([from, to]) => [to, from]));
  const below = neighbours(pairs);
  let best = layers;
  let fewest = crossings(layers, below);
  let current = layers;
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep++) {
    current = sweep % 2 === 0 ? sweepDown(current, above) : sweepDown(current.toReversed(), below).toReversed();
    const count = crossings(current, below);
    if (count >= fewest) continue;
    fewest = count;
    best = current;
  }
  return best;
}

function neighbours(pairs: (readonly [string, string])[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [from, to] of pairs) found.set(from, [...(found.get(from) ?? []), to]);
  return found;
}

function sweepDown(layers: string[][], above: Map<string, string[]>): string[][] {
  const swept: string[][] = [];
  for (const layer of layers) {
    const places = placesOf(swept.at(-1) ?? []);
    const own = placesOf(layer);
    const middle = (id: string) => {
      const known = (above.get(id) ?? []).flatMap((each) => places.get(each) ?? []);
      return known.length === 0 ? (own.get(id) ?? 0) : known.reduce((sum, place) => sum + place, 0) / known.length;
    };
    swept.push(layer.toSorted((a, b) => middle(a) - middle(b) || (own.get(a) ?? 0) - (own.get(b) ?? 0)));
  }
  return swept;
}

const placesOf = (layer: string[]) => new Map(layer.map((id, place) => [id, place] as const));

function crossings(layers: string[][], below: Map<string, string[]>): number {
  let count = 0;
  for (const [index, layer] of layers.entries()) {
    const places = placesOf(layers[index + 1] ?? []);
    const ends = layer.flatMap((id, from) => (below.get(id) ?? []).map((to) => [from, places.get(to) ?? 0] as const));
    for (const [at, [from, to]] of ends.entries()) {
      count += ends.slice(at + 1).filter(([from2, to2]) => (from - from2) * (to - to2) < 0).length;
    }
  }
  return count;
}
