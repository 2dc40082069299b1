import { setPriority } from 'node:os';

/** Each step of niceness is a fifth less: a third of the share of one that does not give way. */
const A_THIRD = 5;

/**
 * Tests of parts give way to whoever else needs the cores: the system tests beside them watch a real server in real
 * time, and these wait for nothing. Processes that are started later inherit it.
 */
export default function setup(): void {
  setPriority(A_THIRD);
}
