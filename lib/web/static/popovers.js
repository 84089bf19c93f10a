// Tab leads from the button of an open popover into it. Streamlit puts popovers at the end of the page, after all else.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Tab" || event.shiftKey) return;
  const button = document.activeElement.closest('[data-testid="stPopover"] button[aria-expanded="true"]');
  const first = document.querySelector('[data-testid="stPopoverBody"] :is(input, button, a[href], textarea)');
  if (!button || !first) return;
  event.preventDefault();
  first.focus();
});
