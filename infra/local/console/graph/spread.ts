/** A node of one layer: where it would like its middle to be, how much that matters, and how wide it is. */
interface Wish {
  middle: number;
  weight: number;
  width: number;
}

interface Block {
  /** Sum of weighted wishes, less what stands to the left of each in the block. */
  sum: number;
  weight: number;
  count: number;
}

/**
 * Middles in the given order, as near to the wishes as the widths and the gap between two allow, by least squares:
 * those that would overlap move as one block (pool adjacent violators).
 */
export function spread(wishes: Wish[], gap: number): number[] {
  const offsets: number[] = [];
  let offset = 0;
  for (const [index, { width }] of wishes.entries()) {
    const before = wishes[index - 1];
    if (before) offset += before.width / 2 + gap + width / 2;
    offsets.push(offset);
  }
  const blocks: Block[] = [];
  for (const [index, { middle, weight }] of wishes.entries()) {
    let block: Block = { sum: weight * (middle - (offsets[index] ?? 0)), weight, count: 1 };
    for (let before = blocks.at(-1); before && at(before) > at(block); before = blocks.at(-1)) {
      blocks.pop();
      block = {
        sum: before.sum + block.sum,
        weight: before.weight + block.weight,
        count: before.count + block.count,
      };
    }
    blocks.push(block);
  }
  const starts = blocks.flatMap((block) => new Array<number>(block.count).fill(at(block)));
  return starts.map((start, index) => start + (offsets[index] ?? 0));
}

const at = ({ sum, weight }: Block): number => sum / weight;
