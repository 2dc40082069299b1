import { reuseOrBundle } from '../infra/bundle.ts';
import { runSideBySide } from './support/side-by-side.ts';

// Two of the three use the bundles, and each would make them for itself.
await reuseOrBundle();

/** `npm test`: side by side, since the system tests mostly wait. */
const scripts = ['check', 'test:parts', 'test:system'];
const commands = scripts.map((name) => ({ name, command: `node infra/launch.js ${name}` }));
const isWell = await runSideBySide(commands, process.stdout);
process.exitCode = isWell ? 0 : 1;
