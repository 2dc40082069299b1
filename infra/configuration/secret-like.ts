/** Beginnings that services give their tokens, keys in PEM, addresses with a password, JSON web tokens. */
const known = [
  /-----BEGIN [A-Z ]*PRIVATE KEY/,
  /\/\/[^/\s:@]*:[^/\s@]+@/,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
  /\b(?:gh[pousr]_|github_pat_|glpat-|xox[abp]-|whsec_|sk-|sk_live_|npm_)[\w-]{10,}/,
  /\beyJ[\w-]{8,}\.[\w-]{8,}/,
];

const LONG = /[A-Za-z0-9+/_=]{32,}/g;
/** Ids of this project: not secret, though they look random. */
const IDS = /\b[a-z]{2,4}_[0-9a-f]{32}\b/g;

/** Whether the text has what only a secret would have. Names, ids and ARNs do not. */
export function looksSecret(text: string): boolean {
  if (known.some((pattern) => pattern.test(text))) return true;
  return (text.replaceAll(IDS, '').match(LONG) ?? []).some(isRandom);
}

/** In random text every other character or so is of another class than the one before; in words and names, few are. */
function isRandom(word: string): boolean {
  const classes = [...word].map((character) =>
    [/\d/, /[a-z]/, /[A-Z]/].findIndex((pattern) => pattern.test(character)),
  );
  const changes = classes.filter((each, index) => index > 0 && each !== classes[index - 1]).length;
  return changes > word.length / 3;
}
