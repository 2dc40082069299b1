import * as z from 'zod';
import { TaskError } from '../../domain/task/errors.ts';
import type { Answer } from '../http/exchange.ts';
import { unreachable } from './failures.ts';

/**
 * The name of an error in a refusal's body: `name` of 1.x, `_tag` of 2.x, and `code` of a server of 2.x that is
 * starting or stopping. The rest of a body may quote the server's configuration.
 */
const errorNameSchema = z
  .union([
    z.object({ name: z.string() }).transform(({ name }) => name),
    z.object({ _tag: z.string() }).transform(({ _tag }) => _tag),
    z.object({ code: z.string() }).transform(({ code }) => code),
  ])
  .pipe(z.string().regex(/^[A-Za-z_]{1,60}$/));

export interface ServerRefusal {
  status: number;
  /** Null where the body is not an OpenCode error. */
  name: string | null;
}

interface RefusedCall {
  host: string;
  integrationId: string;
  /** Method and path. */
  label: string;
}

/** True for JSON by its content type; anything else is not from an OpenCode API. */
export const isJson = ({ contentType }: Pick<Answer, 'contentType'>): boolean => contentType === 'application/json';

export function readRefusal(answer: Answer): ServerRefusal {
  let name: string | null = null;
  try {
    if (isJson(answer)) name = errorNameSchema.safeParse(JSON.parse(answer.body)).data ?? null;
  } catch {
    // Not JSON after all: the status speaks for itself.
  }
  return { status: answer.status, name };
}

/** Statuses of a gateway or a limiter that may have passed by the next try. */
const passing = [408, 425, 429];

/**
 * What a refusal means where a call knows nothing better: 500 is the server's own trouble and may pass. The calls that
 * know better: a directory that is not one is a 500 as well (`workspaces.ts`), and so is the diff of an unknown
 * session, which is never asked for without reading the session's messages first (`diffs.ts`).
 */
export function refused({ status, name }: ServerRefusal, { host, integrationId, label }: RefusedCall): TaskError {
  const what = `The server ${host} answered ${label} with ${status}`;
  if (status === 401) {
    return new TaskError(
      'CredentialsRejected',
      `The server ${host} refuses the credentials of integration ${integrationId}. Compare its \`metadata.username\` and ` +
        '`apiKey` with OPENCODE_SERVER_USERNAME and OPENCODE_SERVER_PASSWORD of the server. OpenCode 2.x takes the user name ' +
        '`opencode` alone, with its OPENCODE_PASSWORD.',
    );
  }
  if (status >= 500 || passing.includes(status)) return unreachable(`${what}${name ? ` ${name}` : ''}.`);
  if (status === 404 && isLost(name, label)) {
    return new TaskError('SessionLost', 'The session is gone: it was deleted, or the server lost its store.');
  }
  if (name === 'LocationNotFoundError') {
    return new TaskError('WorkspaceFailed', `The server ${host} no longer has the directory of the session.`);
  }
  if (status === 400 && name?.startsWith('Config')) {
    return new TaskError(
      'WorkspaceFailed',
      `The server ${host} cannot read its own configuration for this directory (${name}). Its log says what is wrong.`,
    );
  }
  return unsupported(what, status, name);
}

/** 1.x has one name for all that is not there; 2.x tells a session from its parts. */
const isLost = (name: string | null, label: string): boolean =>
  name === 'SessionNotFoundError' || (name !== null && label.includes(' /session/'));

function unsupported(what: string, status: number, name: string | null): TaskError {
  if (status >= 300 && status < 400) {
    return new TaskError(
      'ServerUnsupported',
      `${what}, a redirect. It is not followed, because the password is for this origin alone. Set the final address as endpoint.`,
    );
  }
  const hint =
    status === 405
      ? 'OpenCode of another major version answers like this: it was replaced meanwhile.'
      : 'OpenCode has no such answer. Check the endpoint, and what stands between it and the server.';
  return new TaskError('ServerUnsupported', `${what}${name ? ` ${name}` : ''}. ${hint}`);
}
