import { type DefaultTreeAdapterTypes, parse } from 'parse5';

interface PageElement {
  name: string;
  attributes: Record<string, string>;
}

/** The elements of a page as a browser reads it, in their order, and all its text. */
export function readPage(page: string): { elements: PageElement[]; text: string; errors: string[] } {
  const errors: string[] = [];
  const document = parse(page, { onParseError: ({ code }) => errors.push(code) });
  const elements: PageElement[] = [];
  const texts: string[] = [];
  const walk = (node: DefaultTreeAdapterTypes.Node): void => {
    if ('tagName' in node) {
      const attributes = Object.fromEntries(node.attrs.map(({ name, value }) => [name, value]));
      elements.push({ name: node.tagName, attributes });
    }
    if ('value' in node) texts.push(node.value);
    if ('childNodes' in node) for (const child of node.childNodes) walk(child);
  };
  walk(document);
  return { elements, text: texts.join(''), errors };
}
