import type { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import concurrently, { type CloseEvent, type ConcurrentlyCommandInput } from 'concurrently';

/** Enough for the failures of a run that is nearly well, and little enough to be read. */
const SAID_AGAIN_LINES = 80;

/**
 * Runs the commands beside each other and prints the output of each in one piece. At the end stands how each of them
 * ended, and once more how the output of those that failed ends: it lies hundreds of lines above, and a log that is cut
 * shows its end. True where all went well.
 */
export async function runSideBySide(commands: ConcurrentlyCommandInput[], out: Writable): Promise<boolean> {
  const running = concurrently(commands, { group: true, outputStream: out });
  const printed = running.commands.map(({ stdout, stderr }) => {
    const chunks: string[] = [];
    for (const stream of [stdout, stderr]) stream.subscribe((chunk) => chunks.push(String(chunk)));
    return chunks;
  });
  const ends = await running.result.catch((failed: CloseEvent[]) => failed);
  const inOrder = ends.toSorted((one, other) => one.index - other.index);
  const failed = inOrder.filter(({ exitCode }) => exitCode !== 0);
  for (const { command, index } of failed) {
    out.write(`\nThe end of what ${command.name} said, once more:\n${endOf(printed[index]?.join('') ?? '')}\n`);
  }
  out.write(`\n${inOrder.map(endText).join('\n')}\n`);
  return failed.length === 0;
}

const endText = ({ command, exitCode, timings }: CloseEvent): string =>
  `${command.name}: ${exitCode === 0 ? 'ok' : `FAILED (exit ${exitCode})`}, ${Math.round(timings.durationSeconds)} s`;

const endOf = (output: string): string =>
  stripVTControlCharacters(output).trimEnd().split('\n').slice(-SAID_AGAIN_LINES).join('\n');
