import type { FileDiff, SessionMessage } from '../domain/session/session.ts';

/**
 * Files below the directory that tools wrote and that no diff has, with their absolute paths. A diff's path begins at
 * the root of the repository, which may lie above the directory.
 */
export function missingFrom(diffs: FileDiff[], messages: SessionMessage[], directory: string): string[] {
  const written = messages
    .flatMap(({ wrote }) => wrote)
    .map((file) => (file.startsWith('/') ? file : `${directory}/${file.replace(/^(?:\.\/)+/, '')}`));
  const own = [...new Set(written)].filter((file) => file.startsWith(`${directory}/`));
  return own.filter((file) => !diffs.some(({ path }) => file.endsWith(`/${path}`)));
}
