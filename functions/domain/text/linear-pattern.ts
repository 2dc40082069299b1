import { type Node, parsePattern } from './linear-syntax.ts';

/** Characters of a pattern once its counted repeats are written out: each costs a step per character of the text. */
const MAX_POSITIONS = 200;

/** From one position to the next: the work for one character of a text, at most. */
const MAX_MOVES = 500;

/** An automaton without empty moves (Glushkov): each position reads one character. */
interface Automaton {
  reads: ((code: number) => boolean)[];
  first: number[];
  last: Set<number>;
  follow: Set<number>[];
}

interface PatternPart {
  nullable: boolean;
  first: number[];
  last: number[];
}

/** Finds in a text, in time proportional to its length, every character that lies in a match; whatever the text is. */
interface LinearPattern {
  /** Of the text's code points, one each. */
  marks(codes: readonly number[]): boolean[];
}

/** What is wrong with a pattern, for its author; undefined if it can be used. */
export function patternProblem(source: string): string | undefined {
  const pattern = compile(source);
  return typeof pattern === 'string' ? pattern : undefined;
}

/** A pattern without problem: see `patternProblem`. */
export function linearPattern(source: string): LinearPattern {
  const automaton = compile(source);
  if (typeof automaton === 'string') throw new Error(`The pattern ${automaton}`);
  return { marks: (codes) => marksOf(automaton, codes) };
}

function compile(source: string): Automaton | string {
  const parsed = parsePattern(source);
  if (typeof parsed === 'string') return parsed;
  const automaton: Automaton = { reads: [], first: [], last: new Set(), follow: [] };
  const whole = partOf(parsed, automaton);
  if (automaton.reads.length > MAX_POSITIONS)
    return `is too long: with its repeats it has over ${MAX_POSITIONS} characters`;
  if (automaton.follow.reduce((sum, { size }) => sum + size, 0) > MAX_MOVES)
    return 'is too intricate: write it as several';
  if (whole.nullable) return 'fits the empty text: let it ask for one character at least';
  return { ...automaton, first: whole.first, last: new Set(whole.last) };
}

const nothing: PatternPart = { nullable: true, first: [], last: [] };

function partOf(node: Node, automaton: Automaton): PatternPart {
  // What is over the limit is refused as a whole, so the rest of it need not be built.
  if (automaton.reads.length > MAX_POSITIONS) return nothing;
  switch (node.kind) {
    case 'character': {
      const position = automaton.reads.push(node.reads) - 1;
      automaton.follow.push(new Set());
      return { nullable: false, first: [position], last: [position] };
    }
    case 'sequence':
      return node.parts.reduce((before, part) => joined(before, partOf(part, automaton), automaton), nothing);
    case 'choice': {
      const parts = node.parts.map((part) => partOf(part, automaton));
      return {
        nullable: parts.some(({ nullable }) => nullable),
        first: parts.flatMap(({ first }) => first),
        last: parts.flatMap(({ last }) => last),
      };
    }
    case 'repeat':
      return repeated(node, automaton);
  }
}

function joined(before: PatternPart, after: PatternPart, { follow }: Automaton): PatternPart {
  for (const position of before.last) for (const next of after.first) follow[position]?.add(next);
  return {
    nullable: before.nullable && after.nullable,
    first: before.nullable ? [...before.first, ...after.first] : before.first,
    last: after.nullable ? [...before.last, ...after.last] : after.last,
  };
}

function repeated({ part, min, max }: Extract<Node, { kind: 'repeat' }>, automaton: Automaton): PatternPart {
  const copies = max ?? Math.max(1, min);
  let rest = nothing;
  // From the end, each copy before what may come after it: so each leads to the next one alone.
  for (let copy = copies; copy >= 1 && automaton.reads.length <= MAX_POSITIONS; copy--) {
    const each = partOf(part, automaton);
    // Without a limit the last copy comes again and again.
    if (max === undefined && copy === copies) joined(each, each, automaton);
    const whole = joined(each, rest, automaton);
    rest = copy > min ? { ...whole, nullable: true } : whole;
  }
  return rest;
}

/**
 * Forwards: where one can be, having begun anywhere; backwards: from where of these an end can be reached. What is left
 * lies in a match. Each character is looked at twice, each time with every position at most once for each before it.
 */
function marksOf({ reads, first, last, follow }: Automaton, codes: readonly number[]): boolean[] {
  const reached: number[][] = [];
  let before: number[] = [];
  for (const code of codes) {
    const candidates = new Set(first);
    for (const position of before) for (const next of follow[position] ?? []) candidates.add(next);
    before = [...candidates].filter((position) => reads[position]?.(code));
    reached.push(before);
  }
  const marks: boolean[] = Array(codes.length).fill(false);
  let after = new Set<number>();
  for (let at = codes.length - 1; at >= 0; at--) {
    const ends = (position: number) => last.has(position) || meets(follow[position], after);
    after = new Set(reached[at]?.filter(ends));
    marks[at] = after.size > 0;
  }
  return marks;
}

function meets(one: ReadonlySet<number> = new Set(), other: ReadonlySet<number>): boolean {
  for (const each of one) if (other.has(each)) return true;
  return false;
}
