// @ts-check
// Where a visitor begins: what this is, and some nodes to go to.

import { ask } from "./api.js";
import { element, show } from "./dom.js";
import { asOf, state } from "./state.js";
import { badge, linkTo, MEANS } from "./words.js";

const START = `query Start($asOf: AsOf) {
  customers(first: 12, asOf: $asOf) { totalCount edges { node { __typename id name } } }
  partners(first: 12, asOf: $asOf) { totalCount edges { node { __typename id name } } }
}`;

/** @param {HTMLElement} place */
export function startPage(place) {
  const update = async () => {
    const { customers, partners } = await ask(START, { asOf: asOf(state()) });
    if (!place.isConnected) return;
    document.title = "Vocero: who may speak to whom, and why";
    show(
      place,
      element("h1", {}, "Who may speak to this customer about this topic, and why?"),
      element("p", {}, "Find a customer above: you see who owns what, who may speak about which topic, and what that rests on."),
      element("div", { class: "halves" }, listed("Customers", customers), listed("Partners", partners)),
      element("h2", {}, "What the answers mean"),
      element(
        "dl",
        { class: "meanings" },
        ...MEANS.flatMap(([verdict, means]) => [element("dt", {}, badge(verdict)), element("dd", {}, means)]),
      ),
    );
  };
  document.getElementById("find-text")?.focus();
  return { update, leave: () => {} };
}

/**
 * @param {string} heading
 * @param {any} page of nodes
 */
function listed(heading, page) {
  const more = page.totalCount - page.edges.length;
  const items = page.edges.map((/** @type {any} */ edge) => element("li", {}, linkTo(edge.node)));
  return element(
    "section",
    {},
    element("h2", {}, `${heading} (${page.totalCount})`),
    element("ul", { class: "names" }, ...items),
    more > 0 && element("p", { class: "quiet" }, `and ${more} more: type a name above`),
  );
}
