/** Environment files as OpenCode itself asks before reading them, key files, and files that tools keep tokens in. */
const secretNames = [
  /\.env(\..+)?$/i,
  /\.(pem|key|p12|pfx)$/i,
  /^id_(rsa|dsa|ecdsa|ed25519)$/,
  /^\.(npmrc|netrc|pypirc|pgpass)$/,
];
/** Templates, sources and texts by such a name, e.g. `.env.example`, `app.env.ts`. */
const harmlessName = /\.(example|sample|template|dist|[cm]?[jt]sx?|md)$/i;

/** True for a file whose content is likely a secret: it is named in the manifest and left out of the patch. */
export function isWithheld(path: string): boolean {
  const name = path.split('/').at(-1) ?? '';
  return !harmlessName.test(name) && secretNames.some((pattern) => pattern.test(name));
}
