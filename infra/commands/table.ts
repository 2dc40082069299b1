import { accept } from './accept.ts';
import { audit } from './audit.ts';
import { catalogue } from './catalogue.ts';
import type { Command } from './command.ts';
import { costs } from './costs.ts';
import { doctor } from './doctor.ts';
import { env } from './env.ts';
import { erase } from './erase.ts';
import { explain } from './explain.ts';
import { ledger } from './ledger.ts';
import { logs } from './logs.ts';
import { pause } from './pause.ts';
import { redeliver } from './redeliver.ts';
import { replay } from './replay.ts';
import { replayFailed } from './replay-failed.ts';
import { report } from './report.ts';
import { restore } from './restore.ts';
import { resume } from './resume.ts';
import { rotate } from './rotate.ts';
import { send } from './send.ts';
import { token } from './token.ts';

/** Every command, in the order of the help. `package.json` has an npm script of each name. */
export const commands: readonly Command[] = [
  pause,
  resume,
  explain,
  report,
  logs,
  ledger,
  costs,
  replay,
  replayFailed,
  redeliver,
  accept,
  catalogue,
  erase,
  audit,
  doctor,
  send,
  token,
  rotate,
  restore,
  env,
];
