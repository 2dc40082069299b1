import { readFileSync } from 'node:fs';
import { environment } from '../contract/environment.ts';

/** Reads one variable that the stack must have set. Throws at start-up, naming it, rather than at the first use. */
export function env(name: keyof typeof environment): string {
  const value = process.env[environment[name]];
  if (value === undefined) throw new Error(`Environment variable ${environment[name]} is not set`);
  return value;
}

/** The text of the file beside the code that a variable names. Throws at start-up, like `env`. */
export const fileOf = (name: keyof typeof environment): string => readFileSync(env(name), 'utf8');
