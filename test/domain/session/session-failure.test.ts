import { describe, expect, test } from 'vitest';
import type { SessionMessage } from '../../../functions/domain/session/session.ts';
import { failure } from '../../../functions/domain/session/session-failure.ts';
import { sampleAnswer } from '../../support/fakes/samples.ts';

const errorOf = (name: string, message: string, statusCode: number | null = null) =>
  failure(sampleAnswer({ finish: null, error: { name, message, statusCode } }));

describe('the cause of an error', () => {
  test.each<[name: string, statusCode: number | null, cause: string]>([
    ['MessageAbortedError', null, 'The session was aborted on the server, by a person or another program.'],
    [
      'ContextOverflowError',
      413,
      "The conversation outgrew the model's context: it said so. Ask for less, or use a model with a larger context.",
    ],
    [
      'ContentFilterError',
      null,
      "The provider's content filter stopped the answer: it said so. Change the prompt template, or use another model.",
    ],
    [
      'ProviderAuthError',
      null,
      "The model provider refused the server's credentials: it said so. Correct the provider's key on the server.",
    ],
    ['UnknownError', null, "UnknownError: it said so. Open the session, or look at the server's log."],
    ['APIError', 400, "APIError (400): it said so. Check the model's settings in the server's configuration."],
    ['APIError', 401, "APIError (401): it said so. Correct the model provider's key on the server."],
    ['APIError', 403, "APIError (403): it said so. Correct the model provider's key on the server."],
    ['APIError', 404, "APIError (404): it said so. Check the model's settings in the server's configuration."],
    ['APIError', 429, "APIError (429): it said so. Check the quota of the model provider's account."],
    [
      'APIError',
      500,
      'APIError (500): it said so. The model provider failed, also when the server tried again; look at its status page.',
    ],
    [
      'APIError',
      529,
      'APIError (529): it said so. The model provider failed, also when the server tried again; look at its status page.',
    ],
  ])('%s (%s)', (name, statusCode, cause) => {
    expect(errorOf(name, ' it\n  said so. ', statusCode)).toBe(cause);
  });

  test('goes before the way the answer ended', () => {
    const error = { name: 'StructuredOutputError', message: 'no object', statusCode: null };
    expect(failure(sampleAnswer({ finish: 'stop', error }))).toContain('StructuredOutputError: no object.');
  });

  test('holds no credential, and of a whole web page only the beginning', () => {
    const cause = errorOf('APIError', `password=hunter2 ${'<p>Bad gateway</p> '.repeat(100)}`, 502);
    expect(cause).not.toContain('hunter2');
    expect(cause).toContain('password=[redacted] <p>Bad gateway</p>');
    expect(cause).toContain('…. The model provider failed');
    expect(cause.length).toBeLessThan(600);
  });

  test('keeps a reason of 400 characters whole', () => {
    expect(errorOf('APIError', `${'x '.repeat(199)}yz`)).toContain('x yz.');
    expect(errorOf('APIError', `${'x '.repeat(200)}y`)).toContain('x x…. Open');
  });
});

describe('the cause of an answer that ended otherwise', () => {
  test.each<[changes: Partial<SessionMessage>, cause: string]>([
    [{ finish: 'tool-calls', toolErrors: ['edit: rejected', 'bash: rejected'] }, 'edit: rejected; bash: rejected.'],
    [{ finish: 'tool-calls', toolErrors: ['bash: deploy --token abc123'] }, 'bash: deploy --token [redacted].'],
    [{ finish: 'length' }, 'Raise limit.output of the model'],
    [{ finish: null }, 'interrupted, by an abort or by its server'],
    [{ finish: 'content-filter' }, 'ended its answer with "content-filter"'],
    [{ finish: 'other' }, 'ended its answer with "other"'],
  ])('%o', (changes, cause) => {
    expect(failure(sampleAnswer(changes))).toContain(cause);
  });
});
