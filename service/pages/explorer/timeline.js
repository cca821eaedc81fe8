// @ts-check
// When: what held at an instant, and as it was known at one.

import { element, show } from "./dom.js";
import { momentsOf } from "./events.js";
import { address, go, state } from "./state.js";
import { when } from "./words.js";

const DAY = 86_400_000;
const WAIT = 150;
const MANY = 4;

/** The part of a customer's page that says when, empty at first. */
export function timeline() {
  const slider = /** @type {HTMLInputElement} */ (
    element("input", { id: "valid", type: "range", step: "1", "aria-describedby": "valid-event" })
  );
  const marks = element("div", { class: "marks", "aria-hidden": "true" });
  const instant = element("output", { for: "valid", class: "instant" });
  const event = element("p", { id: "valid-event", class: "quiet" });
  const before = element("button", { id: "event-before", type: "button" }, "‹ Event before");
  const after = element("button", { id: "event-after", type: "button" }, "Next event ›");
  const today = element("a", { id: "today" }, "Today");
  const asKnown = /** @type {HTMLInputElement} */ (element("input", { id: "as-known", type: "checkbox", role: "switch" }));
  const known = /** @type {HTMLInputElement} */ (
    element("input", { id: "known", type: "datetime-local", step: "1", "aria-label": "Known at (UTC)" })
  );
  const list = element("details", { class: "events" });
  const section = element(
    "section",
    { class: "time", "aria-label": "When" },
    element(
      "div",
      { class: "line" },
      element("label", { for: "valid" }, "As of"),
      instant,
      today,
      before,
      after,
      element("span", { class: "known" }, asKnown, element("label", { for: "as-known" }, "as we knew it on"), known),
    ),
    element("div", { class: "track" }, marks, slider),
    event,
    list,
  );
  /** @type {any[]} */
  let events = [];
  /** @type {import("./events.js").Moment[]} */
  let moments = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;
  let isSliding = false;

  const first = () => Number(slider.min) * DAY;
  const span = () => (Number(slider.max) - Number(slider.min)) * DAY;
  const chosen = () => (state().valid ? Date.parse(state().valid) : Date.now());
  const thisDay = () => Math.floor(Date.now() / DAY);

  const draw = () => {
    const { valid, known: knownAt } = state();
    const ends = moments.map(({ at }) => Date.parse(at));
    const low = Math.min(...ends, Date.now() - 365 * DAY);
    const high = Math.max(...ends, Date.now());
    slider.min = String(Math.floor(low / DAY) - 30);
    slider.max = String(Math.ceil(high / DAY) + 90);
    if (!isSliding) slider.value = String(Math.floor(chosen() / DAY));
    slider.setAttribute("aria-valuetext", valid ? when(valid) : "today");
    const left = (/** @type {number} */ at) => `${((at - first()) / span()) * 100}%`;
    show(marks, ...moments.map(({ at, says }) => mark("", left(Date.parse(at)), says.length)), mark("now", left(Date.now()), 1));
    show(instant, valid ? when(valid) : "today");
    today.hidden = !valid && !knownAt;
    today.setAttribute("href", address({ valid: "", known: "" }));
    asKnown.checked = Boolean(knownAt);
    known.hidden = !knownAt;
    if (knownAt && document.activeElement !== known) known.value = knownAt.slice(0, 19);
    const here = moments.find(({ at }) => valid && Date.parse(at) === Date.parse(valid));
    show(event, here ? brief(here.says) : "");
    const opened = /** @type {HTMLDetailsElement} */ (list).open;
    show(list, element("summary", {}, `Events (${moments.length})`), element("ol", {}, ...moments.map(listed)));
    list.toggleAttribute("open", opened);
    before.toggleAttribute("disabled", !moments.some(({ at }) => Date.parse(at) < chosen()));
    after.toggleAttribute("disabled", !moments.some(({ at }) => Date.parse(at) > chosen()));
  };

  slider.addEventListener("input", () => {
    const day = Number(slider.value);
    const valid = day === thisDay() ? "" : new Date(day * DAY).toISOString().replace(".000", "");
    show(instant, valid ? when(valid) : "today");
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      go(address({ valid }), { replace: isSliding });
      isSliding = true;
    }, WAIT);
  });
  slider.addEventListener("change", () => setTimeout(() => (isSliding = false), 2 * WAIT));
  before.addEventListener("click", () => {
    const to = moments.findLast(({ at }) => Date.parse(at) < chosen());
    if (to) go(address({ valid: to.at }));
  });
  after.addEventListener("click", () => {
    const to = moments.find(({ at }) => Date.parse(at) > chosen());
    if (to) go(address({ valid: to.at }));
  });
  asKnown.addEventListener("change", () => {
    const learned = events.map(({ relationship }) => relationship.recordedAt).sort();
    go(address({ known: asKnown.checked ? (learned.at(-1) ?? new Date().toISOString()) : "" }));
  });
  known.addEventListener("change", () => {
    const at = Math.min(Date.parse(`${known.value}Z`), Date.now() - 1000);
    if (at) go(address({ known: new Date(at).toISOString() }));
  });

  return {
    section,
    /** @param {any[]} given the customer's events, in the order of time */
    update(given) {
      events = given;
      moments = momentsOf(given);
      draw();
    },
  };
}

/**
 * @param {string} name
 * @param {string} left
 * @param {number} weight how much happened then
 */
function mark(name, left, weight) {
  const made = element("i", { class: `${name} ${weight > 2 ? "much" : ""}`.trim() || null });
  made.style.left = left;
  return made;
}

/** @param {import("./events.js").Moment} moment */
function listed({ at, says }) {
  return element("li", {}, element("a", { href: address({ valid: at }) }, when(at)), `: ${brief(says)}`);
}

/** @param {string[]} says */
function brief(says) {
  return says.length > MANY ? `${says.slice(0, MANY).join("; ")}; and ${says.length - MANY} more` : says.join("; ");
}
