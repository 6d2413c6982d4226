/** stay-at-end - keeps the end of a screen in view while it grows, unless its reader has scrolled up. */

/** So near to the end, in pixels, the reader is taken to follow. */
const NEAR_END_PX = 24;

/** For `{@attach stayAtEnd}`; scrolling to the end by hand or by program takes it up again. */
export function stayAtEnd(screen: HTMLElement): () => void {
  let follows = true;
  let top = 0;
  const toEnd = () => {
    if (follows) screen.scrollTo({ top: screen.scrollHeight });
  };
  // Only a reader scrolls up: lines that arrive meanwhile make the screen longer, not the place smaller.
  const noteScroll = () => {
    const isAtEnd = screen.scrollHeight - screen.scrollTop - screen.clientHeight < NEAR_END_PX;
    if (isAtEnd) follows = true;
    else if (screen.scrollTop < top) follows = false;
    top = screen.scrollTop;
  };
  const changes = new MutationObserver(toEnd);
  changes.observe(screen, { childList: true, subtree: true, characterData: true });
  const sizes = new ResizeObserver(toEnd);
  sizes.observe(screen);
  screen.addEventListener('scroll', noteScroll, { passive: true });
  return () => {
    changes.disconnect();
    sizes.disconnect();
    screen.removeEventListener('scroll', noteScroll);
  };
}
