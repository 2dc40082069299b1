import { startTable } from '../support/table.ts';

/** A table engine in a process of its own, so that its CPU time is not taken for that of whoever asks it. */
const { table } = await startTable();
const endpoint = await table.client.config.endpoint?.();
process.stdout.write(`http://127.0.0.1:${endpoint?.port}\n`);
