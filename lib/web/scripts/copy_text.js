// A button that copies a text and says so for a moment.

const MESSAGE_MS = 3000;

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Some browsers ask, and those that did not come by TLS have no such clipboard.
    copySelection(text);
  }
}

function copySelection(text) {
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

export default function ({ data, parentElement }) {
  let button = parentElement.querySelector("button");
  if (!button) {
    button = document.createElement("button");
    button.type = "button";
    // Assistive technology reads the message, too.
    button.setAttribute("aria-live", "polite");
    parentElement.append(button);
  }
  button.textContent = data.label;
  button.onclick = async () => {
    await copy(data.text);
    // As wide as before, so that nothing beside it moves.
    button.style.minWidth = `${button.offsetWidth}px`;
    button.textContent = data.message;
    window.setTimeout(() => (button.textContent = data.label), MESSAGE_MS);
  };
}
