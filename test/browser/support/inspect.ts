import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { z } from 'zod';

/** Elements that stand out of the page to the right, where it can be moved sideways; what scrolls by itself may. */
export async function overflow(page: Page): Promise<string[]> {
  return z.array(z.string()).parse(await page.evaluate(OVERFLOW));
}

const OVERFLOW = `(() => {
  const root = document.documentElement;
  const width = Math.min(root.clientWidth, window.screen.width);
  if (root.scrollWidth <= width) return [];
  const scrolls = (element) => element !== null && element !== document.body && element !== root &&
    (getComputedStyle(element).overflowX !== 'visible' || scrolls(element.parentElement));
  const wide = [...document.body.querySelectorAll('*')].filter((element) =>
    element.getBoundingClientRect().right > width + 1 && !scrolls(element.parentElement));
  return ['page of ' + root.scrollWidth + ' in ' + width,
    ...wide.slice(0, 5).map((element) => element.tagName.toLowerCase() + '.' + element.className)];
})()`;

const violations = z.array(z.object({ id: z.string(), nodes: z.array(z.object({ target: z.array(z.unknown()) })) }));

/** What axe finds wrong for people who cannot see well, or use a keyboard only: rule, and where. */
export async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = violations.parse(await page.evaluate('axe.run().then(({ violations }) => violations)'));
  return found.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id} at ${target.join(' ')}`));
}
