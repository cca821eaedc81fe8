// @ts-check
// Topics by communicators. The policy judges by category, so a category is one row until it is unfolded.

import { element, show } from "./dom.js";
import { address, go } from "./state.js";
import { linkTo, signs, title, word } from "./words.js";

const STEPS = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };

/**
 * @typedef {object} Row
 * @property {any[]} topics those that it is about: one, or all of a folded category
 * @property {string[]} verdicts
 * @property {(string | undefined)[]} today
 */

/**
 * @param {HTMLElement} place
 * @param {import("./customer.js").Facts} facts
 * @param {import("./state.js").State} at
 */
export function matrix(place, facts, at) {
  const { topics, communicators, verdicts } = facts.permissionMatrix;
  const today = verdictsToday(facts);
  const rows = topics.map((/** @type {any} */ topic, /** @type {number} */ row) => ({
    topics: [topic],
    verdicts: verdicts[row],
    today: communicators.map((/** @type {any} */ who) => today?.get(`${topic.code} ${who.id}`)),
  }));
  const categories = [...new Set(topics.map((/** @type {any} */ topic) => topic.category))];
  const open = new Set(at.open.split(","));
  const bodies = categories.map((category) =>
    body(
      category,
      rows.filter((/** @type {Row} */ row) => row.topics[0].category === category),
      communicators,
      at,
      open,
    ),
  );
  const grid = element(
    "table",
    { class: "matrix", role: "grid", "aria-labelledby": "matrix-title", keydown: move },
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        element("th", { scope: "col" }, "Topic"),
        ...communicators.map((/** @type {any} */ who) => element("th", { scope: "col" }, linkTo(who))),
      ),
    ),
    ...bodies,
  );
  const buttons = grid.querySelectorAll("td button");
  (grid.querySelector("td button[aria-pressed=true]") ?? buttons[0])?.setAttribute("tabindex", "0");
  const isAll = categories.every((category) => open.has(category));
  show(
    place,
    element(
      "div",
      { class: "line" },
      element("h2", { id: "matrix-title" }, "Everybody, about everything"),
      element(
        "a",
        { id: "unfold", href: address({ open: isAll ? "" : categories.join(",") }) },
        isAll ? "Fold topics" : `Show all ${topics.length} topics`,
      ),
    ),
    facts.matrixToday && element("p", { class: "quiet" }, "≠ marks what is different today."),
    element("div", { class: "scrolled" }, grid),
  );
}

/**
 * @param {import("./customer.js").Facts} facts
 * @returns {Map<string, string> | null} topic and communicator to the verdict of today; null where today is what is shown
 */
function verdictsToday({ matrixToday }) {
  if (!matrixToday) return null;
  const { topics, communicators, verdicts } = matrixToday;
  return new Map(
    topics.flatMap((/** @type {any} */ topic, /** @type {number} */ row) =>
      communicators.map((/** @type {any} */ who, /** @type {number} */ column) => [`${topic.code} ${who.id}`, verdicts[row][column]]),
    ),
  );
}

/**
 * @param {string} category
 * @param {Row[]} rows
 * @param {any[]} communicators
 * @param {import("./state.js").State} at
 * @param {Set<string>} open
 */
function body(category, rows, communicators, at, open) {
  const isUniform = rows.every((row) => String([row.verdicts, row.today]) === String([rows[0].verdicts, rows[0].today]));
  const isOpen = open.has(category) || !isUniform;
  const others = [...open].filter((each) => each && each !== category);
  const fold = element(
    "button",
    {
      id: `fold-${category}`,
      type: "button",
      class: "fold",
      "aria-expanded": String(isOpen),
      click: () => go(address({ open: (isOpen ? others : [...others, category]).join(",") })),
    },
    title(category),
  );
  if (!isOpen) {
    const names = rows.flatMap((row) => row.topics.map((topic) => topic.name)).join(", ");
    const folded = { ...rows[0], topics: rows.flatMap((row) => row.topics) };
    return element("tbody", {}, line(element("th", { scope: "row" }, fold, element("small", {}, names)), folded, communicators, at));
  }
  return element(
    "tbody",
    {},
    element(
      "tr",
      {},
      element("th", { scope: "rowgroup", colspan: communicators.length + 1, class: "category" }, isUniform ? fold : title(category)),
    ),
    ...rows.map((row) => line(element("th", { scope: "row" }, row.topics[0].name), row, communicators, at)),
  );
}

/**
 * @param {HTMLElement} head
 * @param {Row} row
 * @param {any[]} communicators
 * @param {import("./state.js").State} at
 */
function line(head, row, communicators, at) {
  const isChosen = row.topics.some((topic) => topic.code === at.topic);
  const topic = row.topics.find((each) => each.code === at.topic) ?? row.topics[0];
  const cells = communicators.map((who, column) => {
    const today = row.today[column] ?? "NOT_STATED";
    const differs = row.today.some(Boolean) && today !== row.verdicts[column];
    return element(
      "td",
      {},
      element(
        "button",
        {
          id: `cell-${row.topics[0].code}-${who.id}`,
          type: "button",
          tabindex: "-1",
          class: `verdict ${row.verdicts[column]}`,
          "aria-pressed": String(isChosen && at.who === who.id),
          click: () => {
            go(address({ topic: topic.code, who: who.id }));
            document.getElementById("answer")?.scrollIntoView({ block: "nearest", behavior: "smooth" });
          },
        },
        ...signs(row.verdicts[column]),
        differs && element("small", { class: "today" }, `≠ ${word(today)} today`),
      ),
    );
  });
  return element("tr", { class: isChosen ? "chosen" : null }, head, ...cells);
}

/** @param {KeyboardEvent} event one stop for Tab; the arrows go from cell to cell */
function move(event) {
  const from = /** @type {HTMLElement} */ (event.target).closest("td");
  const step = STEPS[/** @type {keyof typeof STEPS} */ (event.key)];
  if (!from || !(step || event.key === "Home" || event.key === "End")) return;
  event.preventDefault();
  const rows = [...(from.closest("table")?.querySelectorAll("tr:has(td)") ?? [])].map((row) => [...row.querySelectorAll("td")]);
  const row = rows.findIndex((cells) => cells.includes(from));
  const column = rows[row].indexOf(from);
  const target = step ? rows[row + step[0]]?.[column + step[1]] : rows[row][event.key === "Home" ? 0 : rows[row].length - 1];
  const button = target?.querySelector("button");
  if (!button) return;
  from.querySelector("button")?.setAttribute("tabindex", "-1");
  button.setAttribute("tabindex", "0");
  button.focus();
}
