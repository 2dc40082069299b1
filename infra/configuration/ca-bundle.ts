import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigurationError } from './configuration-error.ts';

const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/**
 * The text of the bundle, once it is certain that Node takes each certificate in it: one that it does not know ends the
 * reading of all others behind it, with a warning in a log.
 */
export function readCaBundle(path: string): string {
  const text = readBundle(path);
  if (/PRIVATE KEY/.test(text)) throw refused(path, 'holds a private key: leave the certificates alone in it');
  const certificates = text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  if (certificates.length === 0) throw refused(path, 'holds no certificate in PEM (-----BEGIN CERTIFICATE-----)');
  for (const [index, certificate] of certificates.entries()) {
    try {
      new X509Certificate(certificate);
    } catch {
      throw refused(path, `certificate ${index + 1} of ${certificates.length} cannot be read: export it anew as PEM`);
    }
  }
  return text;
}

function readBundle(path: string): string {
  try {
    return readFileSync(join(projectRoot, path), 'utf8');
  } catch {
    throw refused(path, 'cannot be read: the path begins at the folder of cdk.json');
  }
}

const refused = (path: string, why: string) => new ConfigurationError([`caBundle: ${path} ${why}`]);
