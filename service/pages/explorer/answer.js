// @ts-check
// One answer explained: in a paragraph, by the statements of the policy, by the path, and by what would change it.

import { ask, Refused } from "./api.js";
import { element, show } from "./dom.js";
import { address, asOf, state } from "./state.js";
import { badge, nameOf, NODE, plain, SAYS } from "./words.js";
import { whatIf } from "./what_if.js";

const PERMISSION = `${NODE}
query Permission($communicator: ID!, $customer: ID!, $topic: String!, $asOf: AsOf, $lang: Language!) {
  permission(communicator: $communicator, customer: $customer, topic: $topic, asOf: $asOf) {
    verdict explanation(language: $lang) policyVersion communicator { ...Named } topic { name }
    rulings {
      verdict standing closing scope { ...Named }
      statements { code source text(language: $lang) } interpretations { name changed text(language: $lang) }
      path { id type kind validFrom validTo from { ...Named } to { ...Named } }
    }
  }
}`;

/**
 * @param {HTMLElement} place
 * @param {(path: string[]) => void} light called with the ids of the relationships that the answer rests on
 */
export function answerPanel(place, light) {
  let shown = "";
  let asked = 0;
  /**
   * @param {import("./customer.js").Facts} facts
   * @param {boolean} isChanged the graph is another one than it was
   */
  const update = async (facts, isChanged) => {
    const at = state();
    const wanted = JSON.stringify([at.who, at.topic, at.valid, at.known, at.lang]);
    if (wanted === shown && !isChanged) return;
    shown = wanted;
    const turn = ++asked;
    if (!at.who) {
      light([]);
      return show(place, element("p", { class: "quiet" }, "Choose an answer to see what it rests on."));
    }
    try {
      const { permission } = await ask(PERMISSION, {
        communicator: at.who,
        customer: facts.id,
        topic: at.topic,
        asOf: asOf(at),
        lang: at.lang,
      });
      if (turn !== asked) return;
      light(permission.rulings.flatMap((/** @type {any} */ ruling) => ruling.path.map((/** @type {any} */ each) => each.id)));
      const changes = element("section", { "aria-label": "What would change this" });
      show(place, ...explained(permission, facts, at.lang), changes);
      if (!at.valid && !at.known) await whatIf(changes, permission, facts, at);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      light([]);
      if (turn === asked) show(place, element("p", { role: "alert" }, error.message));
    }
  };
  return { update };
}

/**
 * @param {any} permission
 * @param {import("./customer.js").Facts} facts
 * @param {string} lang
 */
function explained(permission, facts, lang) {
  const language = lang.toLowerCase();
  const { rulings } = permission;
  const statements = distinct(
    rulings.flatMap((/** @type {any} */ ruling) => ruling.statements),
    "code",
  );
  const readings = distinct(
    rulings.flatMap((/** @type {any} */ ruling) => ruling.interpretations),
    "name",
  );
  return [
    element(
      "div",
      { class: "line" },
      element("h2", {}, `${nameOf(permission.communicator)} about ${permission.topic.name} `, badge(permission.verdict)),
      element("span", { class: "languages" }, languageLink("EN", "English", lang), languageLink("ES", "Español", lang)),
    ),
    element("p", { lang: language, class: "explanation" }, permission.explanation),
    element("h3", {}, "What the policy says"),
    statements.length
      ? element(
          "ul",
          { class: "statements" },
          ...statements.map((each) =>
            element(
              "li",
              {},
              element("b", {}, each.code),
              " ",
              element("q", { lang: language }, each.text),
              element("small", {}, each.source),
            ),
          ),
        )
      : element("p", {}, "No statement of the policy is about this."),
    ...readings.map((each) =>
      element(
        "p",
        {},
        element("b", {}, `How it is read: ${each.name}`),
        each.changed && " (changed by this service's policy file)",
        ". ",
        element("span", { lang: language }, each.text),
      ),
    ),
    element(
      "details",
      {},
      element("summary", {}, `Where it comes from (${rulings.length} ${rulings.length === 1 ? "ruling" : "rulings"})`),
      element("ul", {}, ...rulings.map(ruled)),
    ),
  ];
}

/** @param {any} ruling */
function ruled({ scope, verdict, standing, closing, path }) {
  const steps = path.map((/** @type {any} */ each) => `${nameOf(each.from)} ${SAYS[each.type]} ${nameOf(each.to)}`);
  return element(
    "li",
    {},
    `${nameOf(scope)}: `,
    badge(verdict),
    ` as ${plain(standing)}`,
    closing && ", of what the customer does not have any more",
    steps.length > 0 && element("small", {}, steps.join(" · ")),
  );
}

/**
 * @param {string} code
 * @param {string} name
 * @param {string} chosen
 */
function languageLink(code, name, chosen) {
  return element(
    "a",
    { id: `language-${code}`, href: address({ lang: code }), lang: code.toLowerCase(), "aria-current": code === chosen && "true" },
    name,
  );
}

/**
 * @param {any[]} all
 * @param {string} key
 */
function distinct(all, key) {
  return [...new Map(all.map((each) => [each[key], each])).values()].sort((one, other) => (one[key] < other[key] ? -1 : 1));
}
