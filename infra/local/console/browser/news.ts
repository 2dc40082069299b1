/** Says something to those who do not see it come: the region is in the page from its beginning on. */
export function announce(text: string): void {
  const region = document.getElementById('news');
  if (region) region.textContent = text;
}
