import { bundleFunctions } from '../../infra/bundle.ts';
import { benchReceiveAlert } from './receive-alert.ts';
import { reportBundles } from './report-bundles.ts';
import { reportLedger } from './report-ledger.ts';
import { reportPolling } from './report-polling.ts';
import { reportResult } from './report-result.ts';
import { reportRouting } from './report-routing.ts';
import { reportStorms } from './report-storms.ts';
import { benchSignatures } from './signatures.ts';

/** `npm run bench`: sizes, counts and ratios; each ratio's two sides are measured in turn within this one run. */
const bundles = await bundleFunctions();
reportBundles(bundles);
await reportPolling();
await reportStorms();
await reportRouting();
await reportLedger();
await reportResult();
await benchReceiveAlert(bundles['receive-alert']);
await benchSignatures(bundles['receive-alert'].folder);
