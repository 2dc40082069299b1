import { describe, expect, test } from 'vitest';
import { messageId, partId } from '../../../functions/domain/session/session-ids.ts';

const createdAt = 1_795_351_533_007;

describe('ids of the prompt', () => {
  test('have the layout of the server’s own', () => {
    expect(messageId(createdAt, 'job_1')).toMatch(/^msg_[0-9a-f]{12}[0-9A-Za-z]{14}$/);
    expect(partId(createdAt, 'job_1')).toMatch(/^prt_[0-9a-f]{12}[0-9A-Za-z]{14}$/);
  });

  test('stand in time just before what the server made in that millisecond', () => {
    // Captured: an answer that a 1.18.33 server created at this time.
    const captured = 'msg_2034a55cf001TmdVghr0r4zcC3';
    expect(messageId(createdAt, 'job_1').slice(0, 16)).toBe('msg_2034a55cf000');
    expect(messageId(createdAt, 'job_1') < captured).toBe(true);
    expect(messageId(createdAt + 1, 'job_1') > captured).toBe(true);
  });

  test('keep 12 digits when the time begins with zeros', () => {
    // 2^36 ms × 4096 = 2^48: the 48 bits start again at nought.
    expect(messageId(26 * 2 ** 36, 'job_1')).toMatch(/^msg_0{12}[0-9A-Za-z]{14}$/);
  });

  test('are the same for the same key, in every release', () => {
    expect(messageId(createdAt, 'job_1')).toBe('msg_2034a55cf000rlPTOFbZrEW1en');
    expect(partId(createdAt, 'job_1')).toBe('prt_2034a55cf000qNwdYypH0XeBoQ');
  });

  test('differ by key, and message and part differ by more than their prefix', () => {
    expect(messageId(createdAt, 'job_1')).not.toBe(messageId(createdAt, 'job_2'));
    expect(messageId(createdAt, 'job_1').slice(4)).not.toBe(partId(createdAt, 'job_1').slice(4));
  });

  test('do not meet among thousands of one millisecond', () => {
    const ids = Array.from({ length: 5_000 }, (_, index) => messageId(createdAt, `job_${index}`));
    expect(new Set(ids).size).toBe(ids.length);
  });
});
