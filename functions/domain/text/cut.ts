/** At most `max` UTF-16 units; what is cut ends in `…`, and no character is left in half. */
export const cut = (text: string, max: number): string => (text.length <= max ? text : `${head(text, max - 1)}…`);

/** The first `length` UTF-16 units, or one less where they would end in the first half of a surrogate pair. */
export const head = (text: string, length: number): string => text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
