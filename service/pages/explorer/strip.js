// @ts-check
// Who may speak to the customer about one topic: the answer that most come for.

import { element, show } from "./dom.js";
import { address, go, state } from "./state.js";
import { nameOf, signs, title, VERDICTS } from "./words.js";

/**
 * @param {HTMLElement} place
 * @param {import("./customer.js").Facts} facts
 */
export function strip(place, facts) {
  const { topics, communicators, verdicts } = facts.permissionMatrix;
  const at = state();
  const row = topics.findIndex((/** @type {any} */ topic) => topic.code === at.topic);
  const answers = communicators
    .map((/** @type {any} */ who, /** @type {number} */ column) => ({ who, verdict: verdicts[row]?.[column] }))
    .filter((/** @type {any} */ answer) => answer.verdict)
    .sort((/** @type {any} */ one, /** @type {any} */ other) => VERDICTS.indexOf(one.verdict) - VERDICTS.indexOf(other.verdict));
  const nothing =
    row < 0
      ? element("p", { role: "alert" }, `There is no topic “${at.topic}”. `, element("a", { id: "back", href: address({ topic: "renewal" }) }, "Ask about renewal"))
      : element("p", {}, "Nothing was known of this customer then.");
  show(
    place,
    element("h2", { id: "strip-title" }, `Who may speak to ${facts.name} about`, " ", topicChoice(topics, at.topic), "?"),
    answers.length
      ? element("ul", { class: "strip" }, ...answers.map((/** @type {any} */ each) => element("li", {}, answer(each, at.who))))
      : nothing,
  );
}

/**
 * @param {any} answer
 * @param {string} chosen
 */
function answer({ who, verdict }, chosen) {
  return element(
    "a",
    {
      id: `strip-${who.id}`,
      href: address({ who: who.id }),
      class: `answer verdict ${verdict}`,
      "aria-current": chosen === who.id && "true",
    },
    element("strong", {}, nameOf(who)),
    element("span", {}, ...signs(verdict)),
  );
}

/**
 * A choice among topics, by category.
 * @param {any[]} topics
 * @param {string} chosen
 */
export function topicChoice(topics, chosen) {
  const categories = [...new Set(topics.map((topic) => topic.category))];
  /** @param {any} topic */
  const option = (topic) => element("option", { value: topic.code, selected: topic.code === chosen }, topic.name);
  return element(
    "select",
    {
      id: "topic",
      "aria-label": "Topic",
      change: (/** @type {Event} */ event) => go(address({ topic: /** @type {HTMLSelectElement} */ (event.target).value })),
    },
    ...categories.map((category) =>
      element("optgroup", { label: title(category) }, ...topics.filter((topic) => topic.category === category).map(option)),
    ),
  );
}
