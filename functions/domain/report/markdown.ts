import MarkdownIt from 'markdown-it';
import { isHarmless, Markup, printable } from './markup.ts';

/** Headings of the page itself go to the second level; those of an answer begin below. */
const LEVELS_BELOW = 2;
const DEEPEST = 6;

/** CommonMark with tables. Tags in it are text, and so are links to elsewhere than these. Nothing is fetched. */
const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false }).disable('image');
markdown.validateLink = (address) => isHarmless(address, ['https:', 'mailto:']);
markdown.core.ruler.push('headings', ({ tokens }) => {
  for (const token of tokens.filter(({ type }) => type === 'heading_open' || type === 'heading_close')) {
    token.tag = `h${Math.min(DEEPEST, Number(token.tag.slice(1)) + LEVELS_BELOW)}`;
  }
});
markdown.core.ruler.push('links', ({ tokens }) => {
  for (const token of tokens.flatMap(({ children }) => children ?? [])) {
    if (token.type === 'link_open')
      token.attrs = [
        ['href', token.attrGet('href') ?? ''],
        ['rel', 'noreferrer'],
      ];
  }
});

// The policy of a page allows no style of an element's own.
markdown.core.ruler.push('alignment', ({ tokens }) => {
  for (const token of tokens) {
    const [, side] = /^text-align:(\w+)$/.exec(String(token.attrGet('style') ?? '')) ?? [];
    if (side !== undefined) token.attrs = [['class', side]];
  }
});

/** An agent's answer as HTML. */
export const renderMarkdown = (text: string): Markup => new Markup(markdown.render(printable(text)));
