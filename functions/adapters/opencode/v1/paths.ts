/** Path of a session and of what is below it. */
export const sessionPath = (id: string, below = ''): string => `/session/${encodeURIComponent(id)}${below}`;
