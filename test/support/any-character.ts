import fc from 'fast-check';

/** The first half surrogate, and how many there are: none is a character by itself. */
const [HALVES, HALF_COUNT, CHARACTERS] = [0xd800, 0x800, 0x110000];

/**
 * What fast-check calls the unit `binary`. That one begins with a map of all million characters, which takes a second
 * of CPU time, and stays in memory.
 */
export const anyCharacter = fc
  .nat({ max: CHARACTERS - HALF_COUNT - 1 })
  .map((index) => String.fromCodePoint(index < HALVES ? index : index + HALF_COUNT));
