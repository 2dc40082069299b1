import { describe, expect, test } from 'vitest';
import { redact } from '../../../functions/domain/text/redact.ts';

/** A credential of its usual form, put together here so that no scanner takes this file for a leak. */
const made = (...pieces: string[]): string => pieces.join('');
const hex = '9f86d081884c7d659a2feaa0c55ad015';
const letters = 'QwErTyUiOpAsDfGhJkLzXcVbNmQwErTyUi';

describe('redact takes out', () => {
  test.each<[where: string, text: string, secret: string]>([
    ['an OpenAI key', made('Incorrect API key provided: sk', '-proj-a1B2c3D4e5F6'), 'a1B2c3D4e5F6'],
    ['an Anthropic key', made('invalid x-api-key sk', '-ant-api03-Zz9Yy8-Xx7Ww6'), 'Zz9Yy8'],
    ['a GitHub token', made('remote: bad credentials ghp', '_0aB1cD2eF3gH4iJ5kL6'), '0aB1cD2eF3gH'],
    ['a fine-grained GitHub token', made('github', '_pat_11ABCDEFG0_abcdef'), '11ABCDEFG0'],
    ['a GitHub refresh token', made('ghr', '_1B4a2e77838347a7'), '1B4a2e77'],
    ['a Slack token', made('xoxb', '-2048-1024-abcDEFghi'), 'abcDEFghi'],
    ['a GitLab token', made('glpat', '-abcdEFGH_1234'), 'abcdEFGH'],
    ['an AWS access key id', made('The key AKIA', 'IOSFODNN7EXAMPLE is not valid'), 'IOSFODNN7'],
    ['an AWS secret key', made('aws_secret_access_key = wJalrXUt', 'nFEMI/K7MDENG/bPxRfi'), 'K7MDENG'],
    ['a Google API key', made('API key not valid: AIza', 'SyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY'), 'SyD-9tSrke72'],
    ['a Google access token', made('invalid token ya29', '.a0AfB_byC1-dEfGhIjKlMnOp'), 'a0AfB_byC1'],
    ['a Hugging Face token', made('hf', `_${letters}`), letters],
    ['a JSON web token', made('token eyJ', 'hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVP is stale'), 'dBjftJeZ4CVP'],
    ['a hex key', `key ${hex} was revoked`, hex],
    ['a base64 key', `use ${made('q83vEjRWeJCrze8S', 'NFZ4kKvN7xI0VniQ1')}== instead`, 'NFZ4kKvN7x'],
    ['a bearer header', 'authorization: Bearer abc.def-123', 'abc.def-123'],
    ['a basic header', 'Authorization: Basic b3BlbmNvZGU6aHVudGVyMg==', 'b3BlbmNvZGU6'],
    ['a password of a URL', 'cannot reach https://opencode:hunter2@opencode.internal:4096/x', 'hunter2'],
    ['a password with an @ in it', 'postgres://app:hunt@er2@db.internal/app refused', 'er2'],
    ['a password setting', 'password=hunter2', 'hunter2'],
    ['a password in a sentence', 'the server said: Password: hunter2.', 'hunter2'],
    ['an environment variable', 'DB_PASSWORD=hunter2 npm test', 'hunter2'],
    ['a passphrase', "passphrase: 'correcthorse'", 'correcthorse'],
    ['JSON', '{"api_key": "abc123", "model": "m"}', 'abc123'],
    ['JSON in a JSON string', String.raw`{"body":"{\"client_secret\":\"abc123\"}"}`, 'abc123'],
    ['a query', 'GET /v1?access_token=abc123&limit=1 failed', 'abc123'],
    ['a header', 'x-api-key: abc123', 'abc123'],
    ['a secret key', 'SECRET_KEY = "abc123"', 'abc123'],
    ['a camel-case name', 'secretKey: abc123', 'abc123'],
    ['an option', 'bash deploy --token abc123 --now', 'abc123'],
    ['a quoted option', "gh auth login --password 'abc123'", 'abc123'],
    ['an option with =', 'deploy --api-key=abc123', 'abc123'],
    ['a user option', 'curl -u admin:hunter2 https://example.com', 'hunter2'],
    ['a long user option', 'curl --user "admin:hunter2" https://example.com', 'hunter2'],
    [
      'a private key',
      made('-----BEGIN RSA PRIVATE', ' KEY-----\nMIIEow/IBAAK+CAQ\n-----END RSA PRIVATE', ' KEY-----'),
      'MIIEow',
    ],
    ['a private key that is cut off', made('-----BEGIN PRIVATE', ' KEY-----\nMIIEvQ/IBADANBg'), 'IBADANBg'],
  ])('%s', (_, text, secret) => {
    expect(text).toContain(secret);
    expect(redact(text)).not.toContain(secret);
    expect(redact(text)).toContain('[redacted]');
  });

  test('a commit id too: nothing tells it from a key', () => {
    expect(redact('at 8d1f0c6b1f0b7d1b6d0f1a2b3c4d5e6f70819203')).toBe('at [redacted]');
  });

  test('every one of several, and nothing beside them', () => {
    const text = 'user=bob password=hunter2, then https://bob:hunter2@db.internal/app with token: abc123; bye';
    expect(redact(text)).toBe(
      'user=bob password=[redacted], then https://[redacted]db.internal/app with token: [redacted]; bye',
    );
  });

  test('twice what it takes out once', () => {
    const once = redact('{"password":"hunter2"} Bearer abcdef123 --token abc');
    expect(redact(once)).toBe(once);
  });

  test('a blob of any size in one go', () => {
    expect(redact(hex.repeat(30_000))).toBe('[redacted]');
  });
});

describe('redact leaves alone', () => {
  test.each([
    'Rate limit reached for stub-1 on requests per minute (RPM): Limit 3, Used 3. Please try again in 20s.',
    'This model’s maximum context length is 128000 tokens, and the messages came to 131072 tokens.',
    'Model not found: anthropic/claude-3-5-sonnet-20241022. Did you mean claude-sonnet-4-20250514?',
    'The basic idea: a password or a token is needed, and the secret is not a key.',
    'edit src/checkout/discounts-2024-and-later.test.ts',
    '/srv/data/worktree/3dbb5e18/relay-0123456789abcdef0123456789abcdef/src/app.ts',
    'https://opencode.internal.corp:4096/L3Nydg/session/ses_dfcb5bcbfffeZCCIxs36McIgSL',
    'git@github.com:acme/shop.git at 8d1f0c6',
    'bash npm test -- --user-agent x -u',
    'internationalisation_of_the_checkout_pages',
    '',
  ])('%s', (text) => {
    expect(redact(text)).toBe(text);
  });
});

/**
 * Each name and each form that a pattern knows, with the least that it takes for a credential, and what is just none.
 */
describe('every form of a credential', () => {
  const names = ['password', 'passwd', 'passphrase', 'pwd', 'secret', 'token'];
  const kinds = ['secret', 'private', 'access', 'api'];
  const keyNames = kinds.flatMap((kind) => ['-', '_', ' ', ''].map((join) => `${kind}${join}key`));

  test.each([...names, ...keyNames, 'PASSWORD', 'Api_Key'])('a value named %s', (named) => {
    expect(redact(`${named}=abc`)).toBe(`${named}=[redacted]`);
    expect(redact(`"${named}": "abc"`)).toBe(`"${named}": "[redacted]"`);
    expect(redact(`${named} : abc; rest`)).toBe(`${named} : [redacted]; rest`);
    expect(redact(`-${named} abc`)).toBe(`-${named} [redacted]`);
    expect(redact(`--${named} "abc" rest`)).toBe(`--${named} "[redacted]" rest`);
  });

  test.each(['public key', 'key', 'pass', 'user', 'pw'])('a value named %s is none', (named) => {
    expect(redact(`${named}=abc`)).toBe(`${named}=abc`);
  });

  const vendors = [
    'sk',
    'pk',
    'rk',
    'ghp',
    'gho',
    'ghs',
    'ghu',
    'ghr',
    'github_pat',
    'xoxa',
    'xoxb',
    'xoxp',
    'xoxr',
    'xoxs',
    'glpat',
  ];
  test.each(vendors)('a key that begins with %s has six characters at least', (vendor) => {
    for (const join of ['-', '_']) {
      expect(redact(`see ${made(vendor, join, 'abcdef')}.`)).toBe('see [redacted].');
      expect(redact(`see ${made(vendor, join, 'abcde')}.`)).toBe(`see ${vendor}${join}abcde.`);
    }
    expect(redact(`mask-${vendor}x`)).toBe(`mask-${vendor}x`);
  });

  const bounded: [what: string, begin: string, letter: string, least: number][] = [
    ['an AWS key id', 'AKIA', 'Z', 12],
    ['a temporary AWS key id', 'ASIA', '2', 12],
    ['a Google API key', 'AIza', 'z', 20],
    ['a Google access token', 'ya29.', 'z', 20],
    ['a Hugging Face token', 'hf_', 'z', 30],
    ['a bearer header', 'bearer ', 'z', 6],
    ['a basic header', 'BASIC\t', '=', 6],
  ];
  test.each(bounded)('%s has its least length', (_, begin, letter, least) => {
    const kept = /^(bearer|basic)\s/i.test(begin) ? begin : '';
    expect(redact(`a ${made(begin, letter.repeat(least))}`)).toBe(`a ${kept}[redacted]`);
    expect(redact(`a ${made(begin, letter.repeat(least - 1))}`)).toBe(`a ${begin}${letter.repeat(least - 1)}`);
  });

  test('a JSON web token has two parts at least, the first of eleven characters', () => {
    const head = made('eyJ', 'abcdefgh');
    expect(redact(`a ${head}.b c`)).toBe('a [redacted] c');
    expect(redact(`a ${head}.b.c d`)).toBe('a [redacted] d');
    expect(redact(`a ${head} b`)).toBe(`a ${head} b`);
    expect(redact(`a ${head.slice(0, -1)}.b`)).toBe(`a ${head.slice(0, -1)}.b`);
  });

  test('a run of 32 characters with a digit is a key; 31 are none, nor 32 without a digit', () => {
    const run = (length: number) => `${'Ab'.repeat(16)}`.slice(0, length - 1);
    expect(redact(`a ${run(32)}7== b`)).toBe('a [redacted] b');
    expect(redact(`a ${run(31)}7 b`)).toBe(`a ${run(31)}7 b`);
    expect(redact(`a ${run(32)}x b`)).toBe(`a ${run(32)}x b`);
    for (const before of ['/', '.']) expect(redact(`${before}${run(32)}7`)).toBe(`${before}${run(32)}7`);
  });

  test.each(['https', 'postgres', 'git+ssh', 'a.b-c', 'HTTP', `a${'b'.repeat(30)}`])(
    'user info of a URL: %s',
    (scheme) => {
      expect(redact(`${scheme}://user:pass@host/a@b`)).toBe(`${scheme}://[redacted]host/a@b`);
      expect(redact(`${scheme}://host/a@b`)).toBe(`${scheme}://host/a@b`);
    },
  );

  test.each([
    ['curl -u a:b x', 'curl -u a:[redacted] x'],
    ['curl --user=a:b x', 'curl --user=a:[redacted] x'],
    [`curl --user 'a:b' x`, `curl --user 'a:[redacted]' x`],
    ['curl --userx a:b', 'curl --userx a:b'],
    ['curl -u a b:c', 'curl -u a b:c'],
  ])('%s', (text, safe) => expect(redact(text)).toBe(safe));

  test.each(['', 'RSA ', 'EC ', 'OPENSSH ', 'ENCRYPTED '])('a private key of kind "%s"', (kind) => {
    const [begin, end] = [
      made('-----BEGIN ', kind, 'PRIVATE', ' KEY-----'),
      made('-----END ', kind, 'PRIVATE', ' KEY-----'),
    ];
    expect(redact(`a ${begin}\nx\n${end} b ${begin}\ny\n${end} c`)).toBe('a [redacted] b [redacted] c');
    expect(redact(`a ${begin}\nx`)).toBe('a [redacted]');
    const publicKey = made('-----BEGIN ', 'PUBLIC', ' KEY-----');
    expect(redact(`a ${publicKey}\nx`)).toBe(`a ${publicKey}\nx`);
  });
});
