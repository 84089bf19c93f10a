// Scrolls the container that this component is in into view, once: what a click opens may lie below the screen.

const CONTAINER = '[class*="st-key-opened_"]';

// A table has its height a moment after it was put into the page.
const DRAWN_MS = 250;

const scrolledTo = new WeakSet();

export default function ({ parentElement }) {
  const element = parentElement.host ?? parentElement;
  if (scrolledTo.has(element)) return;
  scrolledTo.add(element);
  const isCalm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  window.setTimeout(() => {
    element.closest(CONTAINER)?.scrollIntoView({ block: "nearest", behavior: isCalm ? "auto" : "smooth" });
  }, DRAWN_MS);
}
