import { expect, test } from 'vitest';
import { keepRelease } from '../support/keep-release.ts';
import { playRelayRun, playSessions, playStormOfTen, sessionInputs } from '../support/release-scenarios.ts';
import type { Crossing } from '../support/workflow.ts';

/** `npm run record:release` runs this as a test and nothing else does: it makes what is now the last release. */
test('the release is written down', async () => {
  const crossings = new Map<string, Crossing>();
  /** Many polls of a session differ by their numbers only. */
  const shapeOf = ({ function: name, input, output }: Crossing) =>
    JSON.stringify([name, input, output], (_, value: unknown) => (typeof value === 'number' ? 0 : value)).replaceAll(
      /\d\d:\d\d:\d\d\.\d{3}Z/g,
      '',
    );
  const onCrossing = (crossing: Crossing) => crossings.set(shapeOf(crossing), crossing);
  await playSessions({ onCrossing });
  const { run } = await playRelayRun({ onCrossing });
  const { storms } = await playStormOfTen({ onCrossing });
  keepRelease({
    executions: { Sessions: sessionInputs(), RelayRuns: [run], Storms: storms.map(({ input }) => input) },
    crossings: [...crossings.values()].filter(({ function: name }) => name !== ''),
  });
  expect(crossings.size).toBeGreaterThan(10);
});
