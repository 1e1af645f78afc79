/** Numbers of the first page at first: most calls have few rows. */
const FIRST = 1 << 6;

interface Numbers {
  readonly length: number;
  set(other: ArrayLike<number>): void;
}

/**
 * Sees to it that pages of numbers have room for one more after `length`, which all are filled to. Whole pages are never
 * copied; the first one begins small and doubles until it is whole.
 */
export function makeRoom<Page extends Numbers>(
  pages: Page[],
  length: number,
  pageLength: number,
  createPage: (length: number) => Page,
): void {
  const [first] = pages;
  if (first === undefined) pages.push(createPage(FIRST));
  else if (length === first.length && length < pageLength) {
    const larger = createPage(length * 2);
    larger.set(first as unknown as ArrayLike<number>);
    pages[0] = larger;
  } else if (length % pageLength === 0) pages.push(createPage(pageLength));
}
