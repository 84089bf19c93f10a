// Enter opens the row in focus of the table just above this component; over a row, its whole name shows, which may be cut.

const ELEMENT = '[data-testid="stElementContainer"]';
const TABLE = '[data-testid="stDataFrame"]';
const NAME = "Customer";
const ROW_HEIGHT = 35;
const CELL = 'td[role="gridcell"]';

// The table draws itself on a canvas, and describes its cells beside it a fifth of a second after they changed.
const UP_TO_DATE_MS = 250;

export default function ({ parentElement, setTriggerValue }) {
  const element = (parentElement.host ?? parentElement).closest(ELEMENT);

  function table() {
    return element?.previousElementSibling?.querySelector(TABLE);
  }

  function enter() {
    const focused = document.activeElement?.closest(CELL);
    if (!focused || !table()?.contains(focused)) return;
    const titles = [...focused.closest("table").querySelectorAll("th")].map((title) => title.textContent);
    const cells = [...focused.parentElement.cells].map((cell, place) => [titles[place], cell.textContent]);
    setTriggerValue("entered", [cells[focused.cellIndex], ...cells]);
  }

  function onKeyDown(event) {
    const { ctrlKey, altKey, metaKey, shiftKey, isComposing, key, target } = event;
    if (key !== "Enter" || ctrlKey || altKey || metaKey || shiftKey || isComposing) return;
    if (!target.matches?.(`canvas, ${CELL}`) || !table()?.contains(target)) return;
    event.preventDefault();
    event.stopPropagation();
    window.setTimeout(enter, UP_TO_DATE_MS);
  }

  function onPointerMove(event) {
    const drawn = table();
    if (!drawn?.contains(event.target)) return;
    const titles = [...drawn.querySelectorAll("th")].map((title) => title.textContent);
    const scrolled = drawn.querySelector(".dvn-scroller")?.scrollTop ?? 0;
    const row = Math.floor((event.clientY - drawn.getBoundingClientRect().top + scrolled) / ROW_HEIGHT);
    const cells = drawn.querySelector(`tr[aria-rowindex="${row + 1}"]`)?.cells;
    drawn.title = (row > 0 && cells?.[titles.findIndex((title) => title.endsWith(NAME))]?.textContent) || "";
  }

  document.addEventListener("keydown", onKeyDown, true);
  document.addEventListener("pointermove", onPointerMove, {passive: true});
  return () => {
    document.removeEventListener("keydown", onKeyDown, true);
    document.removeEventListener("pointermove", onPointerMove);
  };
}
