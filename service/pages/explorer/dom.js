// @ts-check
// Elements made and put in place; nothing is ever parsed as HTML.

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * A new element. An attribute that is a function listens to the event it is named after; true is an empty attribute,
 * false and null are none.
 * @param {string} tag
 * @param {Record<string, unknown>} [attributes]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElement}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, /** @type {EventListener} */ (value));
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, String(value));
  }
  made.append(...present(children));
  return made;
}

/**
 * Put the children in the place of what is there; the focus stays on the element of the same id.
 * @param {Element} place
 * @param {...(Child | Child[])} children
 */
export function show(place, ...children) {
  const focused = place.contains(document.activeElement) ? document.activeElement?.id : undefined;
  place.replaceChildren(...present(children));
  if (focused) document.getElementById(focused)?.focus();
}

/**
 * Tell screen readers, and show for a while, what happened without being asked for.
 * @param {string} text
 */
export function say(text) {
  const place = /** @type {HTMLElement} */ (document.getElementById("said"));
  place.textContent = text;
  clearTimeout(silence);
  silence = setTimeout(() => place.replaceChildren(), 8000);
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let silence;

/**
 * A table with a caption; the first cell of each row is its header.
 * @param {string} caption
 * @param {string[]} head
 * @param {Child[][]} rows
 * @param {string} [name] its class
 */
export function table(caption, head, rows, name) {
  const body = rows.map(([first, ...rest]) =>
    element("tr", {}, element("th", { scope: "row" }, first), ...rest.map((cell) => element("td", {}, cell))),
  );
  return element(
    "table",
    { class: name },
    element("caption", {}, caption),
    element("thead", {}, element("tr", {}, ...head.map((title) => element("th", { scope: "col" }, title)))),
    element("tbody", {}, ...body),
  );
}

/**
 * @param {(Child | Child[])[]} children
 * @returns {(Node | string)[]}
 */
function present(children) {
  return children.flat().flatMap((child) => (child || child === 0 ? [typeof child === "number" ? String(child) : child] : []));
}
