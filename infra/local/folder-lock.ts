import { createHash } from 'node:crypto';
import { unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SetupError } from './setup-error.ts';

/**
 * Keeps a data folder for one start at a time: two would write over each other's files. The lock is a local socket,
 * which the system closes with the process, also on `kill -9`; what is left of it then is recognised and replaced.
 * Throws SetupError where another start holds the folder.
 */
export async function lockFolder(dataDirectory: string): Promise<{ release(): Promise<void> }> {
  const socket = socketOf(dataDirectory);
  const server = (await listen(socket)) ?? ((await isAlive(socket)) ? undefined : await listenAnew(socket));
  if (!server) {
    throw new SetupError(
      `The data folder ${dataDirectory} is in use by another start. End that one, or give this one a folder of its own with --data FOLDER.`,
    );
  }
  server.unref();
  return { release: () => new Promise((done) => server.close(() => done())) };
}

/** By digest: the path of a socket has at most some 100 characters. */
function socketOf(dataDirectory: string): string {
  const name = `opencode-relay-${createHash('sha256').update(dataDirectory).digest('hex').slice(0, 16)}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);
}

/** Undefined where the address is taken, by a process or by what one left behind. */
const listen = (socket: string): Promise<Server | undefined> =>
  new Promise((resolve, reject) => {
    const server = createServer((connection) => connection.destroy());
    server.once('error', (error) => {
      if ('code' in error && error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(socket, () => resolve(server));
  });

async function listenAnew(socket: string): Promise<Server | undefined> {
  await unlink(socket).catch(() => undefined);
  return listen(socket);
}

const isAlive = (socket: string): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = connect(socket);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
