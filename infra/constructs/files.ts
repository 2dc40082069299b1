/** Where Lambda puts a function's code, and with it a file beside it. */
export const beside = (name: string): string => `/var/task/${name}`;
