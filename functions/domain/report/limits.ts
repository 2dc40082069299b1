/**
 * What a page shows at most. It is read on a phone, and rendered in seconds: what is beyond stands in the patch, the
 * answer and the manifest beside it, and the page says so.
 */
export const reportLimits = {
  /** Of the patch, read from its beginning. */
  patchCharacters: 1_000_000,
  /** Of files whose lines are shown. */
  diffFiles: 200,
  /** Of one file. */
  fileLines: 2_000,
  /** Of all lines as they stand in the page, which may be eight times as long as they are in the patch. */
  diffMarkup: 2_000_000,
  lineCharacters: 1_000,
  answerCharacters: 100_000,
  messageCharacters: 20_000,
  /** Rows of a list, such as the files of a change. */
  rows: 300,
} as const;
