/** Text that is HTML: what `html` has made, or a renderer that takes what others wrote for text, as `html` does. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Content = string | number | Markup | readonly Content[] | null | undefined | false;

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const unprintable = /[^\P{Cc}\n\t]|\p{Noncharacter_Code_Point}/gu;

/** Without characters that HTML does not have. */
export const printable = (text: string): string => text.toWellFormed().replace(unprintable, '\uFFFD');

/** Text as it stands between tags, and in an attribute that has quotes. */
const escaped = (text: string): string => printable(text).replace(/[&<>"']/g, (character) => escapes[character] ?? '');

/** HTML, in which every value is text unless it is markup itself. Lists stand one after the other; null is nothing. */
export function html(parts: TemplateStringsArray, ...values: Content[]): Markup {
  return new Markup(parts.map((part, index) => part + textOf(values[index])).join(''));
}

function textOf(content: Content): string {
  if (content === null || content === undefined || content === false) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'object') return content.map(textOf).join('');
  return escaped(String(content));
}

/** A link, where the address is one that a click may lead to; else the text alone. */
export function link(address: string, text: string | Markup = address): Markup {
  return isHarmless(address, ['https:', 'http:'])
    ? html`<a href="${address}" rel="noreferrer">${text}</a>`
    : html`${text}`;
}

/** Whether an address is of one of these schemes, and names no user in front of its host. */
export function isHarmless(address: string, schemes: readonly string[]): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, username, password } = new URL(address);
  return schemes.includes(protocol) && username === '' && password === '';
}
