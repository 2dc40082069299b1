import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { runSideBySide } from '../support/side-by-side.ts';

const program = (name: string, script: string) => ({ name, command: `node -e "${script}"` });

async function ran(...commands: ReturnType<typeof program>[]) {
  const out = new PassThrough();
  const isWell = await runSideBySide(commands, out);
  out.end();
  return { isWell, said: await text(out) };
}

test('what failed stands at the end once more, below all that went well', async () => {
  const { isWell, said } = await ran(
    program('check', "console.log('first ' + 'lines '.repeat(5))"),
    program('parts', "for (let n = 1; n <= 200; n++) console.log('line ' + n); process.exitCode = 3"),
    program('system', "console.log('last lines')"),
  );
  expect(isWell).toBe(false);
  const [before, after = ''] = said.split('The end of what parts said, once more:\n');
  expect(before).toContain('[check] first lines');
  expect(before).toContain('[system] last lines');
  expect(after).toMatch(
    /^line 121\n[\s\S]*\nline 200\n\ncheck: ok, \d+ s\nparts: FAILED \(exit 3\), \d+ s\nsystem: ok, \d+ s\n$/,
  );
});

test('where all is well, nothing is said twice', async () => {
  const { isWell, said } = await ran(program('check', "console.log('fine')"));
  expect(isWell).toBe(true);
  expect(said).toMatch(/^\[check\] fine\n[\s\S]*\n\ncheck: ok, \d+ s\n$/);
});
