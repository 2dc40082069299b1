import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { folderPortTaken } from '../../surroundings.ts';

const BETWEEN_TRIES_MS = 100;

/**
 * Listens on loopback and returns the port. A taken port is tried again for `patienceMs`: most often it is still held
 * by the last run, which is ending.
 */
export async function listen(server: Server, port: number, patienceMs: number): Promise<number> {
  for (let waited = 0; ; waited += BETWEEN_TRIES_MS) {
    try {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      return (server.address() as AddressInfo).port;
    } catch (cause) {
      const isTaken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
      if (!isTaken) throw cause;
      if (waited >= patienceMs) throw folderPortTaken(port, 'the AWS endpoint');
    }
    await sleep(BETWEEN_TRIES_MS);
  }
}
