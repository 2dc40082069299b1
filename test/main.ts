import { runSideBySide } from './support/side-by-side.ts';

/** `npm test`: side by side, since the system tests mostly wait. */
const isWell = await runSideBySide(['npm:check', 'npm:test:parts', 'npm:test:system'], process.stdout);
process.exitCode = isWell ? 0 : 1;
