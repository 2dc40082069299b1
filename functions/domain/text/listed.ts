/** The first names, and how many more there are, for a sentence. */
export const listed = (names: string[], most: number): string =>
  names.slice(0, most).join(', ') + (names.length > most ? ` and ${names.length - most} more` : '');
