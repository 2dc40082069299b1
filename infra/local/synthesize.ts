/**
 * The CDK app for this machine, as a process of its own: it takes seconds of CPU, and a start that fails can end it.
 * Says over IPC when the functions are bundled. Bundles are reused, and the template is not validated: `npm run synth`
 * and `npm test` do both, and this machine refuses by itself what it does not know.
 */
import { createApp } from '../app.ts';
import { reuseOrBundle } from '../bundle.ts';

process.on('disconnect', () => process.exit(1));
const { bundles, reused } = await reuseOrBundle();
process.send?.({ reused });
createApp(bundles).synth();
process.exit();
