// Back and Forward show what the link of their entry says. Filters stay from page to page otherwise, and without this mark the
// server could not tell an entry without filters from a page of the menu. It removes the mark (lib/web/cut_state.py).
addEventListener("popstate", () => {
  const address = new URL(location);
  if (address.hash || address.searchParams.has("returned")) return;
  address.searchParams.set("returned", "1");
  history.replaceState(history.state, "", address);
}, {capture: true});  // before Streamlit reads the address

// A page of the menu opens without filters, and then the server adds those that stay. Both are one step to go back.
const push = history.pushState.bind(history);
let isNew = false;
for (const input of ["pointerdown", "keydown"]) addEventListener(input, () => { isNew = false; }, {capture: true});
history.pushState = (state, title, address) => {
  const leadsAway = new URL(address, location).pathname !== location.pathname;
  if (leadsAway || !isNew) push(state, title, address);
  else history.replaceState(state, title, address);
  isNew = leadsAway || isNew;
};
