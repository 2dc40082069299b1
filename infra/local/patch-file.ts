import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { SessionFinished } from '../../functions/contract/events.ts';

interface PatchFile {
  path: string;
  /** The first lines, and how many are not among them. */
  shown: string;
}

/** A screen or so: the file has the rest. */
const SHOWN_LINES = 60;
const SHOWN_CHARACTERS = 500;

/** What an agent has written may be meant for the terminal: controls, and what turns letters around. */
const acting = /[^\P{Cc}\t]|[\u202a-\u202e\u2066-\u2069]/gu;

/** Fetches a session's patch from the results, as the next step would, into a file that `git apply` takes. */
export async function savePatch(
  { jobId, result }: Pick<SessionFinished, 'jobId' | 'result'>,
  { endpoint, folder }: { endpoint: string; folder: string },
): Promise<PatchFile | undefined> {
  if (!result?.patch) return undefined;
  const s3 = new S3Client({
    endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    forcePathStyle: true,
  });
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: result.bucket, Key: result.patch }));
  const patch = (await Body?.transformToString()) ?? '';
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${jobId}.diff`);
  await writeFile(path, patch, { mode: 0o600 });
  const lines = patch.trimEnd().split('\n');
  const more = lines.length > SHOWN_LINES ? `\n… and ${lines.length - SHOWN_LINES} lines more` : '';
  return { path, shown: `${lines.slice(0, SHOWN_LINES).map(shownLine).join('\n')}${more}` };
}

function shownLine(line: string): string {
  const more = line.length - SHOWN_CHARACTERS;
  const cut = more > 0 ? `${line.slice(0, SHOWN_CHARACTERS)}… ${more} characters more` : line;
  return cut.replace(
    acting,
    (character) => `<U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}>`,
  );
}
