// Building the page's elements. Text is always set as text, so nothing that people wrote is read as HTML.

/** An element; `text` and `children` are shown as text, `on` maps events to functions, the rest are attributes. */
export function el(tag, { text, on = {}, ...attributes } = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  for (const [name, heard] of Object.entries(on)) made.addEventListener(name, heard);
  if (text !== undefined) made.textContent = text;
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export const byId = (id) => document.getElementById(id);

/** The data that the server wrote into the page: `<script type="application/json" id="…">`. */
export const dataIn = (id) => JSON.parse(byId(id).textContent);

/** Show what changed and touch nothing else: a live region that is written again is read out again. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
