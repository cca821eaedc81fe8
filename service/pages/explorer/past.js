// @ts-check
// What every page says that doesn't show what holds now, or can't show what its address asks for.

import { element, show } from "./dom.js";
import { address } from "./state.js";
import { when } from "./words.js";

const INSTANT = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;
/** @type {Record<string, string[]>} */
const WORDS = {
  page: ["", "outreach"],
  lang: ["EN", "ES"],
  cloud: ["", "PUBLIC", "US_GOVERNMENT", "CHINA", "GERMANY"],
  channel: ["", "CSP", "DIRECT", "UNBILLED"],
};

/**
 * Say on any page which instant it is about, and what was known; nothing where that is now.
 * @param {HTMLElement} place
 * @param {import("./state.js").State} at
 */
export function banner(place, { valid, known }) {
  const isPast = Boolean(valid || known) && !faultIn({ valid, known });
  document.body.classList.toggle("past", isPast);
  place.hidden = !isPast;
  if (!isPast) return show(place);
  const instant = valid ? `as of ${when(valid)}` : "as of now";
  const knowledge = known ? `as it was known on ${when(known)}` : "as it is known today";
  const back = element("a", { id: "to-now", href: address({ valid: "", known: "" }) }, "Show what holds now");
  show(place, element("strong", {}, `You see this ${instant}, ${knowledge}.`), " ", back);
}

/**
 * What is wrong with an address: in words, and the change to it that would be right.
 * @param {Partial<import("./state.js").State>} at
 * @returns {{says: string, change: Partial<import("./state.js").State>} | null}
 */
export function faultIn(at) {
  for (const name of /** @type {const} */ (["valid", "known"])) {
    const text = at[name];
    if (text && !(INSTANT.test(text) && Number.isFinite(Date.parse(text))))
      return { says: `“${text}” is no instant; one is written as 2026-06-01T08:30:00Z.`, change: { valid: "", known: "" } };
  }
  for (const [name, words] of Object.entries(WORDS)) {
    const text = at[/** @type {"page"} */ (name)];
    if (text !== undefined && !words.includes(text))
      return { says: `There is no ${name} “${text}”.`, change: { [name]: words[0] } };
  }
  return null;
}

/**
 * A page in place of one that can't be shown, and the way back.
 * @param {string} says
 * @param {string} href
 * @param {string} [title]
 */
export function instead(says, href, title = "Not found") {
  return [element("h1", {}, title), element("p", { role: "alert" }, says), element("p", {}, element("a", { id: "back", href }, "Go back"))];
}

/**
 * The page of a node that there is not.
 * @param {string} id
 */
export function unknown(id) {
  return instead(`There is no ${id}, or it is not shown to you.`, "?");
}
