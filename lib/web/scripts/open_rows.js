// Enter opens the row in focus of the table just above this component.

const ELEMENT = '[data-testid="stElementContainer"]';
const TABLE = '[data-testid="stDataFrame"]';
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

  document.addEventListener("keydown", onKeyDown, true);
  return () => document.removeEventListener("keydown", onKeyDown, true);
}
