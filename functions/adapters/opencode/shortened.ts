import { cut } from '../../domain/text/cut.ts';

/** A pattern can be a whole shell command, and a question a page; what stands first says enough. */
const SUBJECT_CHARACTERS = 200;

/** A subject as one line of bounded length. */
export const shortened = (text: string): string => cut(text.replace(/\s+/g, ' ').trim(), SUBJECT_CHARACTERS);
