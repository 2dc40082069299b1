import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { commands } from '../../../infra/commands/table.ts';
import { projectRoot } from '../../support/source-files.ts';
import { run } from './run-command.ts';

const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')));

describe('the help', () => {
  test.each([[[]], [['--help']], [['-h']], [['help']]])('of %j names every command', async (args) => {
    const { stdout, stderr, code } = await run(args);
    expect([stderr, code]).toEqual(['', 0]);
    for (const { name } of commands) expect(stdout).toContain(`npm run ${name} `);
  });

  test.each(commands)('of $name names every option, and asks for nothing else', async ({ name, options, summary }) => {
    const { stdout, stderr, code } = await run([name, '--help']);
    expect([stderr, code]).toEqual(['', 0]);
    expect(stdout).toContain(summary);
    for (const option of [...Object.keys(options), 'data', 'help']) expect(stdout).toContain(`  --${option} `);
    expect(await run([name, '-h'])).toMatchObject({ stdout, code });
  });

  test.each(commands)('npm run $name is relay $name', ({ name }) => {
    expect(scripts[name]).toBe(`${scripts.relay} ${name}`);
  });
});

describe('a wrong command line ends in 2, says what is wrong, and shows how it is right', () => {
  test.each([
    { args: ['stop'], says: 'There is no command "stop"' },
    { args: ['pasue'], says: 'There is no command "pasue". Did you mean pause?' },
    { args: ['tokens'], says: 'Did you mean token?' },
    { args: ['__proto__'], says: '"__proto__"' },
    { args: ['--reason', 'x'], says: '"--reason"' },
    { args: ['pause'], says: '--reason' },
    { args: ['pause', '--reason', '  '], says: '--reason' },
    { args: ['pause', '--reason', 'x'.repeat(501)], says: '500' },
    { args: ['pause', '--reason'], says: '--reason' },
    { args: ['pause', '--reason', 'x', '--replay'], says: 'There is no option --replay' },
    { args: ['pause', '--resaon', 'x'], says: 'There is no option --resaon. Did you mean --reason?' },
    { args: ['pause', '--reason', 'x', '--abort=yes'], says: '--abort' },
    { args: ['resume', '--reason', 'x'], says: 'There is no option --reason' },
    { args: ['resume', 'now'], says: 'an argument too many: "now"' },
    { args: ['explain'], says: 'id of the alert' },
    { args: ['explain', 'alr_1', 'alr_2'], says: 'an argument too many: "alr_2"' },
    { args: ['ledger', '--relay', 'rly_1', '--day', 'yesterday'], says: '2027-03-01' },
    { args: ['ledger', '--since', 'yesterday'], says: '365d' },
    { args: ['ledger', '--since', '7d', '--day', '2027-03-01'], says: '--day and --since' },
    { args: ['audit', '--since', '2099-01-01'], says: 'an instant that is over' },
    { args: ['audit', '--data', 'x'], says: '--local' },
    { args: ['ledger', '--colour'], says: 'There is no option --colour.\n' },
    { args: ['ledger', '--__proto__'], says: 'There is no option --__proto__.' },
    { args: ['ledger', `--${'x'.repeat(9_999)}`], says: 'There is no option' },
    { args: ['env', '--jsno'], says: 'Did you mean --json?' },
    { args: ['replay'], says: '--rule FILE is missing' },
    { args: ['token'], says: 'create, revoke or list' },
    { args: ['token', 'remove', 'ci'], says: '"remove"' },
    { args: ['token', 'lits'], says: 'Did you mean list?' },
    { args: ['token', 'create'], says: "token's name" },
    { args: ['token', 'create', 'two words'], says: "token's name" },
    { args: ['token', 'create', '__proto__'], says: "token's name" },
    { args: ['token', 'create', 'x'.repeat(65)], says: 'at most 64' },
    { args: ['token', 'create', 'a', 'b'], says: 'too many' },
    { args: ['token', 'list', 'ci'], says: 'too many' },
    { args: ['token', 'list', '--data', 'x'], says: '--local' },
    { args: ['token', 'list', '--secret', 'x', '--local'], says: '--secret' },
    { args: ['token', 'list', '--secret', 'x', '--stack', 'Second'], says: 'leave --stack and --local out' },
    { args: ['token', 'list', '--colour'], says: '--colour' },
    { args: ['send'], says: '--provider must be one of prometheus, grafana' },
    { args: ['send', '--provider', 'grafan'], says: 'Did you mean grafana?' },
  ])('$args: $says', async ({ args, says }) => {
    const { stdout, stderr, code } = await run(args);
    expect([stdout, code]).toEqual(['', 2]);
    expect(stderr).toContain(says);
    expect(stderr).toContain(
      `\n\n${commands.some(({ name }) => name === args[0]) ? `  npm run ${args[0]}` : 'Commands for'}`,
    );
  });
});
