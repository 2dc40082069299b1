/** Why a command did not do what it was asked, in words for whoever gave it: no stack trace is printed. */
export class Failure extends Error {
  /** True where the command line asked for what is not there or does not fit, which only its author can mend. */
  readonly isOfCaller: boolean = false;
}
