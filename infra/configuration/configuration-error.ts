/** Whoever wrote the configuration can mend it: every problem by its key. */
export class ConfigurationError extends Error {
  constructor(problems: string[]) {
    super(
      `The configuration (cdk.json, or -c key=value) does not fit.\n${problems.map((each) => `  ${each}`).join('\n')}`,
    );
    this.name = 'ConfigurationError';
  }
}
