import type { ExecutionInput } from '../../contract/execution.ts';

interface Size {
  files: number;
  additions: number;
  deletions: number;
}

/** Why a change is more than its rule allows, in a sentence; undefined where it is not. */
export function excessOf(maxChanged: ExecutionInput['maxChanged'], { files, additions, deletions }: Size) {
  const { lines: mostLines, files: mostFiles } = maxChanged ?? { lines: null, files: null };
  const lines = additions + deletions;
  const over = [
    mostFiles !== null && files > mostFiles && `${files} files, and the rule allows ${mostFiles} (maxChangedFiles)`,
    mostLines !== null && lines > mostLines && `${lines} lines, and the rule allows ${mostLines} (maxChangedLines)`,
  ].filter((each) => each !== false);
  if (over.length === 0) return undefined;
  return `The agent changed ${over.join('; ')}. The patch is kept: review it in parts, raise the limit, or give the agent a smaller task.`;
}
