import { describe, expect, test } from 'vitest';
import { ExchangeError } from '../../../functions/adapters/http/exchange.ts';
import { unanswered } from '../../../functions/adapters/opencode/failures.ts';

const call = { host: 'a.corp:4096', label: 'GET /path', size: 'usual', limitMs: 35_000, grantedMs: 35_000 } as const;

const ownAuthority = ' If an authority of your own has signed it, configure `caBundle`.';

describe('a request without an answer names the kind of failure', () => {
  test.each<[code: string, kind: string, mend?: string]>([
    ['ENOTFOUND', 'its name is unknown'],
    ['EAI_AGAIN', 'its name could not be resolved'],
    ['ECONNREFUSED', 'the connection was refused'],
    ['ECONNRESET', 'the connection broke off'],
    ['EHOSTUNREACH', 'there is no route to it'],
    ['ETIMEDOUT', 'the connection was not answered'],
    ['CERT_HAS_EXPIRED', 'its certificate is not trusted'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is not trusted', ownAuthority],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'its certificate is not trusted', ownAuthority],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'its certificate is not trusted', ownAuthority],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is not trusted'],
    ['EPROTO', 'it does not speak TLS as expected'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'it does not speak TLS as expected'],
    [
      'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
      'it does not speak TLS as expected',
      ' If it asks for a client certificate, configure `clientCertificateSecret`.',
    ],
    [
      'ERR_PROXY_TUNNEL',
      'the proxy does not let it through',
      ' Allow the host there, or correct `egressProxy` of the configuration.',
    ],
    ['HPE_INVALID_CONSTANT', 'its answer is not HTTP'],
    ['EWHATEVER', 'the connection failed'],
  ])('%s', (code, kind, mend = '') => {
    const cause = new ExchangeError(code);
    expect(unanswered(cause, call)).toMatchObject({
      name: 'ServerUnreachable',
      message: `The server a.corp:4096 cannot be reached: ${kind} (${code}).${mend}`,
      cause,
    });
  });

  test('a time-out', () => {
    const connected = new ExchangeError('TIMED_OUT', { connected: true });
    expect(unanswered(new ExchangeError('TIMED_OUT'), call)).toMatchObject({
      name: 'ServerUnreachable',
      message: 'The server a.corp:4096 cannot be reached: it took no connection within 35 s.',
    });
    expect(unanswered(connected, call)).toMatchObject({
      name: 'ServerUnreachable',
      message: 'The server a.corp:4096 is slow: it took the connection, and did not answer GET /path within 35 s.',
    });
  });

  test('a time-out of what the calls before it had left', () => {
    expect(unanswered(new ExchangeError('TIMED_OUT'), { ...call, grantedMs: 200 })).toMatchObject({
      message: 'The server a.corp:4096 is too slow: the time for its calls was used up before GET /path.',
    });
  });
});
