/** A pattern as it is written: what each of its parts reads. */
export type Node =
  | { kind: 'character'; reads: (code: number) => boolean }
  | { kind: 'sequence' | 'choice'; parts: Node[] }
  /** `max` undefined: without a limit. */
  | { kind: 'repeat'; part: Node; min: number; max: number | undefined };

const MAX_COUNT = 100;
/** A person writes two or three. */
const MAX_DEPTH = 10;

type Reads = (code: number) => boolean;

const within =
  (...ranges: [string, string][]): Reads =>
  (code) =>
    ranges.some(([low, high]) => code >= (low.codePointAt(0) ?? 0) && code <= (high.codePointAt(0) ?? 0));
const not =
  (reads: Reads): Reads =>
  (code) =>
    !reads(code);

const digit = within(['0', '9']);
const word = within(['0', '9'], ['A', 'Z'], ['a', 'z'], ['_', '_']);
const space = (code: number): boolean => /\s/u.test(String.fromCodePoint(code));
const lineEnd = within(['\n', '\n'], ['\r', '\r']);
const classes: Record<string, Reads> = {
  ...{ d: digit, w: word, s: space },
  ...{ D: not(digit), W: not(word), S: not(space) },
};
const controls: Record<string, string> = { n: '\n', r: '\r', t: '\t' };

class Misfit extends Error {}

/**
 * Parses literals, `.`, `\d \w \s` and their opposites, `[…]`, `(…)`, `|`, `* + ? {m,n}` and a leading `(?i)`. The
 * problem as text where there is anything else: it would mean something different, or could not be found in linear
 * time.
 */
export function parsePattern(source: string): Node | string {
  try {
    return new Parser(source).whole();
  } catch (error) {
    if (error instanceof Misfit) return error.message;
    throw error;
  }
}

class Parser {
  readonly #characters: string[];
  readonly #ignoresCase: boolean;
  #at = 0;
  #depth = 0;

  constructor(source: string) {
    this.#ignoresCase = source.startsWith('(?i)');
    this.#characters = [...(this.#ignoresCase ? source.slice('(?i)'.length) : source)];
  }

  whole(): Node {
    const node = this.#choice();
    if (this.#at < this.#characters.length) throw new Misfit('has a ) without a (');
    return node;
  }

  #choice(): Node {
    const parts = [this.#sequence()];
    while (this.#takes('|')) parts.push(this.#sequence());
    return parts.length === 1 && parts[0] ? parts[0] : { kind: 'choice', parts };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    for (let next = this.#peek(); next !== undefined && next !== '|' && next !== ')'; next = this.#peek()) {
      parts.push(this.#repeat(this.#atom()));
    }
    return { kind: 'sequence', parts };
  }

  #repeat(part: Node): Node {
    const bounds = this.#bounds();
    if (!bounds) return part;
    if (/^[*+?{]$/.test(this.#peek() ?? '')) throw new Misfit('has a repeat of a repeat, such as a+? or a**');
    return { kind: 'repeat', part, ...bounds };
  }

  #bounds(): { min: number; max: number | undefined } | undefined {
    if (this.#takes('*')) return { min: 0, max: undefined };
    if (this.#takes('+')) return { min: 1, max: undefined };
    if (this.#takes('?')) return { min: 0, max: 1 };
    const [text, low = '', comma, high = ''] = /^\{(\d{1,4})(,(\d{0,4}))?\}/.exec(this.#rest(12)) ?? [];
    if (text === undefined) return undefined;
    this.#at += text.length;
    const min = Number(low);
    const max = comma === undefined ? min : high === '' ? undefined : Number(high);
    if (Math.max(min, max ?? 0) > MAX_COUNT || (max ?? min) < min || max === 0)
      throw new Misfit(`has a repeat that is not within 1 and ${MAX_COUNT}`);
    return { min, max };
  }

  #atom(): Node {
    const character = this.#next();
    if (character === '(') return this.#group();
    if (character === '[') return this.#read(this.#bracket());
    if (character === '.') return this.#read(not(lineEnd));
    if (character === '\\') return this.#read(this.#escape());
    if (/^[*+?{]$/.test(character))
      throw new Misfit(`has a ${character} that repeats nothing: write \\${character} for the character`);
    if (/^[\^$]$/.test(character))
      throw new Misfit(`has no ${character}: it is looked for everywhere. Write \\${character} for the character`);
    return this.#read(exactly(character));
  }

  #group(): Node {
    if (this.#rest(2) === '?:') this.#at += 2;
    else if (this.#peek() === '?')
      throw new Misfit('has a group that looks around or has a name: only (…) and (?:…) are known');
    if (++this.#depth > MAX_DEPTH) throw new Misfit(`has more than ${MAX_DEPTH} groups in each other`);
    const node = this.#choice();
    this.#depth--;
    if (!this.#takes(')')) throw new Misfit('has a ( without a )');
    return node;
  }

  #escape(): Reads {
    const character = this.#next();
    const known = classes[character];
    if (known) return known;
    const control = controls[character];
    if (control !== undefined) return exactly(control);
    if (/^[\p{L}\p{N}]$/u.test(character)) throw new Misfit(`has an unknown \\${character}`);
    return exactly(character);
  }

  #bracket(): Reads {
    const isNegated = this.#takes('^');
    const members: Reads[] = [];
    while (!this.#takes(']')) members.push(this.#member());
    if (members.length === 0) throw new Misfit('has empty brackets');
    // Before the opposite is taken: [^a] leaves out A as well where case does not matter.
    const any = this.#anyCase((code) => members.some((reads) => reads(code)));
    return isNegated ? not(any) : any;
  }

  #member(): Reads {
    const low = this.#next();
    if (low === '\\') return this.#escape();
    if (this.#peek() !== '-' || this.#characters[this.#at + 1] === ']') return exactly(low);
    this.#at++;
    const high = this.#next();
    if (high === '\\' || high < low) throw new Misfit('has a range in brackets that is not from low to high');
    return within([low, high]);
  }

  #read(reads: Reads): Node {
    return { kind: 'character', reads: this.#anyCase(reads) };
  }

  #anyCase(reads: Reads): Reads {
    if (!this.#ignoresCase) return reads;
    return (code) => {
      const text = String.fromCodePoint(code);
      return [text, text.toLowerCase(), text.toUpperCase()].some((each) => reads(each.codePointAt(0) ?? 0));
    };
  }

  #peek(): string | undefined {
    return this.#characters[this.#at];
  }

  #next(): string {
    const character = this.#characters[this.#at++];
    if (character === undefined) throw new Misfit('ends in the middle of something');
    return character;
  }

  #takes(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at++;
    return true;
  }

  #rest(characters: number): string {
    return this.#characters.slice(this.#at, this.#at + characters).join('');
  }
}

const exactly = (character: string): Reads => within([character, character]);
