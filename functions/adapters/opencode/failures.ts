import { TaskError } from '../../domain/task/errors.ts';
import { refusalOf } from '../http/endpoint-policy.ts';
import { ExchangeError, timedOut, tooLarge } from '../http/exchange.ts';
import { addressRefused, type TargetProblem } from '../http/guard.ts';
import { type SizeLimit, sizeLimits } from './limits.ts';

/** Kinds of failure by Node's codes, as an operator reads them. */
const kinds: [codes: RegExp, kind: string][] = [
  [/^ENOTFOUND$/, 'its name is unknown'],
  [/^EAI_/, 'its name could not be resolved'],
  [/^ECONNREFUSED$/, 'the connection was refused'],
  [/^(ECONNRESET|EPIPE)$/, 'the connection broke off'],
  [/^(EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL)$/, 'there is no route to it'],
  [/^ETIMEDOUT$/, 'the connection was not answered'],
  [
    /^(CERT_|ERR_TLS_CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|INVALID_CA|HOSTNAME_MISMATCH)/,
    'its certificate is not trusted',
  ],
  [/^ERR_PROXY_/, 'the proxy does not let it through'],
  [/^(EPROTO|ERR_SSL|ERR_TLS)/, 'it does not speak TLS as expected'],
  [/^HPE_/, 'its answer is not HTTP'],
  [/^(Z_|ERR_BROTLI|BROTLI|UNKNOWN_ENCODING)/, 'its answer is not compressed as it says'],
];

/** What the configuration of the stack may have to say, by Node's codes. */
const mends: [codes: RegExp, mend: string][] = [
  [/^(DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/, 'If an authority of your own has signed it, configure `caBundle`.'],
  [
    /^ERR_SSL.*(CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|BAD_CERTIFICATE|UNKNOWN_CA)/,
    'If it asks for a client certificate, configure `clientCertificateSecret`.',
  ],
  [/^ERR_PROXY_/, 'Allow the host there, or correct `egressProxy` of the configuration.'],
];

interface UnansweredCall {
  host: string;
  /** Method and path. */
  label: string;
  size: SizeLimit;
  /** What such a call may take. */
  limitMs: number;
  /** What was left of it, where the calls before it took the time of the connection. */
  grantedMs: number;
}

/** The task error for a request that got no answer. `label` is its method and path. */
export function unanswered(error: ExchangeError, { host, label, size, limitMs, grantedMs }: UnansweredCall): TaskError {
  const { code } = error;
  if (code === addressRefused) return notCalled(host, 'refused_address', error);
  if (code === tooLarge) return oversized(error, label, size);
  if (code === timedOut) {
    if (grantedMs < limitMs) {
      return unreachable(`The server ${host} is too slow: the time for its calls was used up before ${label}.`, error);
    }
    const within = `within ${Math.ceil(limitMs / 100) / 10} s`;
    return unreachable(
      error.connected
        ? `The server ${host} is slow: it took the connection, and did not answer ${label} ${within}.`
        : `The server ${host} cannot be reached: it took no connection ${within}.`,
      error,
    );
  }
  const kind = kinds.find(([codes]) => codes.test(code))?.[1] ?? 'the connection failed';
  const mend = mends.find(([codes]) => codes.test(code))?.[1];
  const told = `The server ${host} cannot be reached: ${kind} (${code}).`;
  return unreachable(mend === undefined ? told : `${told} ${mend}`, error);
}

/**
 * Trouble that may be over in a second. Time that was used up is not had again, and an address that is refused stays
 * so.
 */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof TaskError) || error.name !== 'ServerUnreachable') return false;
  return !(error.cause instanceof ExchangeError) || passingCodes.test(error.cause.code);
}

/** A connection that is refused is not: who is not there is not there in three seconds either. */
const passingCodes = /^(?:ECONNRESET|ECONNABORTED|EPIPE|EAI_AGAIN)$/;

export const notCalled = (host: string, problem: TargetProblem, cause?: unknown): TaskError =>
  unreachable(refusalOf(host, problem, 'agent'), cause);

export const unreachable = (message: string, cause?: unknown): TaskError =>
  new TaskError('ServerUnreachable', message, { cause });

/** Too much from an agent is a matter of its session; too much of anything else is no OpenCode server. */
function oversized(cause: ExchangeError, label: string, size: SizeLimit): TaskError {
  const amount = `The answer to ${label} is larger than ${sizeLimits[size] / 1024 / 1024} MiB`;
  if (size === 'diff') {
    const advice =
      'so none of it was read or stored. Take the work from the server, and have git ignore what is generated.';
    return new TaskError('ResultTooLarge', `${amount}, ${advice}`, { cause });
  }
  return size === 'large'
    ? new TaskError('SessionFailed', `${amount}, so it was not read. Look at the session on the server.`, { cause })
    : new TaskError('ServerUnsupported', `${amount}. OpenCode has no such answer. Check the endpoint.`, { cause });
}
