export type XmlValue = string | number | boolean | undefined | XmlValue[] | { [name: string]: XmlValue };

/** A document of S3's kind: a list repeats its element, undefined leaves it out. Names are not escaped. */
export const xmlDocument = (name: string, value: XmlValue): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${element(name, value)}`;

function element(name: string, value: XmlValue): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map((item) => element(name, item)).join('');
  const content =
    typeof value === 'object'
      ? Object.entries(value)
          .map(([child, childValue]) => element(child, childValue))
          .join('')
      : escapeXml(String(value));
  return `<${name}>${content}</${name}>`;
}

/**
 * Control characters that XML 1.0 cannot say become a question mark; a client that asks for `url` encoding never sees
 * one.
 */
const escapeXml = (text: string): string =>
  text
    .replace(/[^\t\n\r\P{Cc}]/gu, '?')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;');
