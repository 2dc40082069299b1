import { setTimeout } from 'node:timers/promises';
import { relay } from './relay.ts';

const world = { environment: process.env, now: new Date(), fetch, wait: setTimeout };
const { stdout, stderr, code } = await relay(process.argv.slice(2), world);
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = code;
