// @ts-check
// A subscription or an agreement: whose it is, and what was recorded of it.

import { ask } from "./api.js";
import { element, show, table } from "./dom.js";
import { live } from "./live.js";
import { unknown } from "./past.js";
import { asOf, state } from "./state.js";
import { linkTo, nameOf, NODE, plain, SAYS, when } from "./words.js";

const HOLDING = `${NODE}
query Holding($id: ID!, $asOf: AsOf, $consistency: Consistency) {
  revision
  node(id: $id, consistency: $consistency) {
    ...Named
    ... on ProductSubscription {
      status channel(asOf: $asOf) customer(asOf: $asOf) { ...Named } billedBy(asOf: $asOf) { ...Named } resellers(asOf: $asOf) { ...Named }
      history { type validFrom validTo recordedAt supersededAt source from { ...Named } to { ...Named } }
    }
    ... on Agreement { customers(asOf: $asOf) { ...Named } }
  }
}`;

/**
 * @param {HTMLElement} place
 * @param {string} id
 */
export function holdingPage(place, id) {
  let asked = 0;
  const update = async () => {
    const turn = ++asked;
    const at = state();
    const { node, revision } = await ask(HOLDING, { id, asOf: asOf(at), consistency: following.consistency() });
    if (turn !== asked || !place.isConnected) return;
    if (!node) return show(place, ...unknown(id));
    document.title = `${nameOf(node)} (Vocero)`;
    const holders = node.customers ?? [node.customer].filter(Boolean);
    following.follow(revision, { customers: holders.map((/** @type {any} */ each) => each.id) });
    const about = node.__typename === "Agreement" ? agreement(node) : subscription(node);
    show(place, element("h1", {}, nameOf(node)), element("p", { class: "quiet" }, id, " ", following.sign), ...about);
  };
  const following = live(update, ({ communicator, customer }) => `${communicator.name} to ${customer.name}`);
  const leave = () => {
    asked += 1;
    following.leave();
  };
  return { update, leave };
}

/** @param {any} node */
function agreement(node) {
  const through = { DIRECT: "made directly with the operator", CSP: "made through a partner" };
  return [
    element("p", {}, `An agreement ${through[/** @type {keyof typeof through} */ (node.agreementChannel)]}.`),
    element("h2", {}, "Customers that are party to it"),
    element("ul", { class: "names" }, ...node.customers.map((/** @type {any} */ each) => element("li", {}, linkTo(each)))),
  ];
}

/** @param {any} node */
function subscription(node) {
  const channels = { CSP: "A partner bills it (CSP)", DIRECT: "The operator bills it itself", UNBILLED: "Nobody is recorded as biller" };
  const facts = element("dl", {});
  /**
   * @param {string} name
   * @param {any[]} nodes
   */
  const fact = (name, nodes) =>
    facts.append(
      element("dt", {}, name),
      ...(nodes.length ? nodes.map((each) => element("dd", {}, linkTo(each))) : [element("dd", {}, "nobody")]),
    );
  fact("Held by", [node.customer].filter(Boolean));
  fact("Billed by", [node.billedBy].filter(Boolean));
  fact("Resold by", node.resellers);
  facts.append(element("dt", {}, "Status"), element("dd", {}, node.status));
  const rows = node.history
    .map((/** @type {any} */ each) => [
      when(each.validFrom),
      each.validTo ? when(each.validTo) : "open",
      [linkTo(each.from), ` ${SAYS[each.type]} `, linkTo(each.to)],
      each.validFrom < "1900" ? "" : when(each.recordedAt),
      each.supersededAt ? when(each.supersededAt) : "",
      each.source,
    ])
    .map((/** @type {any[]} */ row) => row.map((cell) => (Array.isArray(cell) ? element("span", {}, ...cell) : cell)));
  return [
    element("p", {}, `${channels[/** @type {keyof typeof channels} */ (node.channel)] ?? plain(node.channel)}.`),
    facts,
    element(
      "div",
      { class: "scrolled", tabindex: "0", role: "region", "aria-label": "What was recorded" },
      table("What was recorded of it", ["From", "Until", "What", "Known since", "Believed until", "Source"], rows, "records"),
    ),
  ];
}
