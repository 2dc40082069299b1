/** A pattern can be a whole shell command, and a question a page; what stands first says enough. */
const SUBJECT_CHARACTERS = 200;

/** A subject as one line of bounded length. */
export function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= SUBJECT_CHARACTERS ? line : `${line.slice(0, SUBJECT_CHARACTERS - 1)}…`;
}
