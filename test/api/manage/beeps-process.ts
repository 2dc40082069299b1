/**
 * The CLI's own function for as many commands as are sent, in one process: each start of Node costs a quarter of a
 * second. What it prints comes back with its exit code, as `bin.js` would end.
 */
const [, , cli = ''] = process.argv;
const { runCli }: { runCli(argv: string[]): Promise<number> } = await import(cli);
const printed = { stdout: '', stderr: '' };
for (const name of ['stdout', 'stderr'] as const) {
  process[name].write = (text) => {
    printed[name] += String(text);
    return true;
  };
}

process.on('message', async (words: string[]) => {
  Object.assign(printed, { stdout: '', stderr: '' });
  process.exitCode = 0;
  const code = await runCli([process.execPath, 'beeps', ...words]).catch((error: Error) => {
    process.stderr.write(error.message);
    return 1;
  });
  process.send?.({ code, ...printed });
});
