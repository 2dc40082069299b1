import { describe, expect, test } from 'vitest';
import { parseControlOptions, usage } from '../../../infra/control/options.ts';
import { UsageError } from '../../../infra/usage-error.ts';

describe('the command line of pause, resume, explain and ledger', () => {
  test.each([
    { args: ['pause', '--reason', 'Deploying'], gives: { name: 'pause', reason: 'Deploying', abort: false } },
    { args: ['pause', '--reason', 'Deploying', '--abort'], gives: { abort: true } },
    { args: ['pause', '--reason', 'x'.repeat(500)], gives: { abort: false } },
    { args: ['resume'], gives: { name: 'resume', replay: false } },
    { args: ['resume', '--replay'], gives: { replay: true } },
    { args: ['explain', 'alr_1'], gives: { name: 'explain', alertId: 'alr_1' } },
    { args: ['ledger', '--relay', 'rly_1'], gives: { name: 'ledger', relayId: 'rly_1', day: undefined } },
    { args: ['ledger', '--relay', 'rly_1', '--day', '2027-03-01'], gives: { day: '2027-03-01' } },
  ])('$args', ({ args, gives }) => {
    expect(parseControlOptions(args)).toMatchObject({ help: false, data: '.local', command: gives });
  });

  test('knows the folder of another local stack', () => {
    expect(parseControlOptions(['resume', '--data', 'other'])).toMatchObject({ data: 'other' });
  });

  test('--help asks for nothing else', () => {
    expect(parseControlOptions(['pause', '--help'])).toMatchObject({ help: true, command: undefined });
  });

  test.each([
    { args: [], says: 'pause, resume, explain or ledger' },
    { args: ['stop'], says: '"stop"' },
    { args: ['__proto__'], says: '"__proto__"' },
    { args: ['pause'], says: '--reason' },
    { args: ['pause', '--reason', '  '], says: '--reason' },
    { args: ['pause', '--reason', 'x'.repeat(501)], says: '500' },
    { args: ['pause', '--reason', 'x', '--replay'], says: '--replay does not belong to pause' },
    { args: ['resume', '--reason', 'x'], says: '--reason does not belong to resume' },
    { args: ['resume', 'now'], says: 'too many' },
    { args: ['explain'], says: 'id of the alert' },
    { args: ['explain', 'alr_1', 'alr_2'], says: 'too many' },
    { args: ['ledger'], says: '--relay' },
    { args: ['ledger', '--relay', 'rly_1', '--day', 'yesterday'], says: '2027-03-01' },
    { args: ['ledger', '--colour'], says: '--colour' },
  ])('refuses $args, saying $says', ({ args, says }) => {
    expect(() => parseControlOptions(args)).toThrow(UsageError);
    expect(() => parseControlOptions(args)).toThrow(says);
  });

  test('every option is in the usage text', () => {
    for (const option of ['--reason', '--abort', '--replay', '--relay', '--day', '--data', '--help'])
      expect(usage).toContain(option);
  });
});
