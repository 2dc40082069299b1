import * as z from 'zod';
import { TaskError } from '../../domain/task/errors.ts';
import type { Client } from './client.ts';

/** Asks without the password. Anything but JSON is a closed door: a web page is open to everybody. */
export async function isOpen(client: Client, path: string): Promise<boolean> {
  try {
    await client.ask({ method: 'GET', path, anonymous: true }, z.unknown());
    return true;
  } catch (error) {
    if (error instanceof TaskError && closed.includes(error.name)) return false;
    throw error;
  }
}

const closed: readonly string[] = ['CredentialsRejected', 'ServerUnsupported'];
