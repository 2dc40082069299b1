/** What stands in the place of a password. */
export const MASK = '***';
