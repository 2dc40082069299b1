/** Runs a command on the server; what it printed, or null where it could not be run. */
export type RunCommand = (command: string) => Promise<string | null>;

/** Lets work run commands in a directory; null where the server runs none. */
export type WithCommands = <T>(directory: string, work: (run: RunCommand) => Promise<T | null>) => Promise<T | null>;

/**
 * A script for `sh`, whatever shell the server runs and however it quotes: base64 needs no quoting. The words are to
 * need none either.
 */
export const commandOf = (script: string, words: string[]): string =>
  `echo ${Buffer.from(script).toString('base64')} | base64 -d | sh -s ${words.join(' ')}`;
