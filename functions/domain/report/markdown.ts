import MarkdownIt from 'markdown-it';
import { html, isHarmless, Markup, printable } from './markup.ts';
import { visibleCode, visibleCodeLines, visibleText } from './shown.ts';

/** Headings of the page itself go to the second level; those of an answer begin below. */
const LEVELS_BELOW = 2;
const DEEPEST = 6;

/**
 * CommonMark with tables. Tags in it are text, and so are links to elsewhere than these. Nothing is fetched. No address
 * is named once for many links: 100 KB of `[a]` would be a page of hundreds of megabytes.
 */
const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false }).disable(['image', 'reference']);
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

const { rules } = markdown.renderer;
rules.text = (tokens, at) => html`${visibleText(tokens[at]?.content ?? '')}`.text;
rules.code_inline = (tokens, at) => html`<code>${visibleCode(tokens[at]?.content ?? '')}</code>`.text;
rules.code_block = (tokens, at) => html`<pre><code>${visibleCodeLines(tokens[at]?.content ?? '')}</code></pre>\n`.text;
rules.fence = rules.code_block;

/** An agent's answer as HTML. */
export const renderMarkdown = (text: string): Markup => new Markup(markdown.render(printable(text)));
