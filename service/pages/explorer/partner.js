// @ts-check
// A partner or an operator: to whom it may speak about what, with whom it works, what changed this month.

import { ask } from "./api.js";
import { element, show } from "./dom.js";
import { live } from "./live.js";
import { month } from "./month.js";
import { unknown } from "./past.js";
import { addressOf, asOf, state } from "./state.js";
import { topicChoice } from "./strip.js";
import { badge, linkTo, NODE, plain } from "./words.js";

const PAGE = 50;
const MOST = 1000;
const OF_A_PARTNER =
  "... on Partner { country mpnIds roles(asOf: $asOf) providers(asOf: $asOf) { ...Named } resellers(asOf: $asOf) { ...Named } }";
const CONTACTABLE = `fragment Contactable on ContactableConnection {
  totalCount pageInfo { hasNextPage endCursor } edges { node { ...Named } permission { verdict permittedIn { ...Named } } }
}`;

const COMMUNICATOR = `${NODE} ${CONTACTABLE}
query Communicator($id: ID!, $topic: String!, $asOf: AsOf, $first: Int!, $consistency: Consistency) {
  revision
  topics { code category name }
  node(id: $id, consistency: $consistency) {
    ...Named ${OF_A_PARTNER} ... on Communicator { contactable(topic: $topic, asOf: $asOf, first: $first) { ...Contactable } }
  }
}`;

const MORE = `${NODE} ${CONTACTABLE}
query More($id: ID!, $topic: String!, $asOf: AsOf, $after: String) {
  node(id: $id) { ... on Communicator { contactable(topic: $topic, asOf: $asOf, first: ${PAGE}, after: $after) { ...Contactable } } }
}`;

/**
 * @param {HTMLElement} place
 * @param {string} id
 */
export function partnerPage(place, id) {
  let asked = 0;
  let compares = 0;
  let compared = "";
  let listed = PAGE;
  const changes = element("div", {});

  /** @param {boolean} isLive because something changed elsewhere */
  const load = async (isLive) => {
    const turn = ++asked;
    const at = state();
    const consistency = following.consistency();
    const first = isLive ? listed : PAGE;
    const { node, revision, topics } = await ask(COMMUNICATOR, { id, topic: at.topic, asOf: asOf(at), first, consistency });
    if (turn !== asked || !place.isConnected) return;
    if (!node) return show(place, ...unknown(id));
    document.title = `${node.name}: whom it may contact (Vocero)`;
    following.follow(revision, { communicator: id });
    listed = PAGE;
    show(
      place,
      element("h1", {}, node.name),
      element(
        "p",
        { class: "quiet" },
        [node.country, ...(node.roles ?? []).map(plain), ...(node.mpnIds ?? []).map((/** @type {string} */ each) => `MPN ${each}`), id]
          .filter(Boolean)
          .join(" · "),
        " ",
        following.sign,
      ),
      element(
        "div",
        { class: "columns" },
        element(
          "div",
          {},
          contactable(node, topics, at, (rows) => (listed = Math.min(MOST, Math.max(PAGE, rows)))),
        ),
        element("div", {}, firms(node), changes),
      ),
    );
    const wanted = JSON.stringify([at.valid, at.known]);
    if (wanted === compared && !isLive) return;
    if (wanted !== compared) show(changes, element("p", { class: "quiet" }, "Comparing…"));
    compared = wanted;
    const comparing = ++compares;
    // the page is there before that
    const comparison = month(node, topics, at, consistency).then(
      (parts) => comparing === compares && show(changes, ...parts),
      (error) => comparing === compares && show(changes, element("p", { role: "alert" }, error.message)),
    );
    if (isLive) await comparison;
  };
  const following = live(
    () => load(true),
    ({ customer }) => customer.name,
  );
  const leave = () => {
    asked += 1;
    following.leave();
  };
  return { update: () => load(false), leave };
}

/**
 * @param {any} node
 * @param {any[]} topics
 * @param {import("./state.js").State} at
 * @param {(rows: number) => void} shown called with how many are listed
 */
function contactable(node, topics, at, shown) {
  const rows = element("tbody", {});
  const more = element("button", { type: "button" }, "Show more");
  /** @param {any} page */
  const append = ({ edges, pageInfo }) => {
    rows.append(...edges.map(row));
    shown(rows.childElementCount);
    more.hidden = !pageInfo.hasNextPage;
    more.dataset.after = pageInfo.endCursor ?? "";
  };
  more.addEventListener("click", async () => {
    const answered = await ask(MORE, { id: node.id, topic: at.topic, asOf: asOf(at), after: more.dataset.after });
    append(answered.node.contactable);
  });
  append(node.contactable);
  return element(
    "section",
    { "aria-labelledby": "contactable-title" },
    element(
      "h2",
      { id: "contactable-title" },
      `${node.contactable.totalCount} customers to contact about`,
      " ",
      topicChoice(topics, at.topic),
    ),
    element(
      "table",
      { class: "list contacts" },
      element("caption", { class: "unseen" }, "Customers that it may contact"),
      element(
        "thead",
        {},
        element("tr", {}, ...["Customer", "Verdict", "With regard to"].map((each) => element("th", { scope: "col" }, each))),
      ),
      rows,
    ),
    more,
  );
  /** @param {any} edge */
  function row({ node: customer, permission }) {
    const scopes = permission.permittedIn.map((/** @type {any} */ scope) =>
      scope.__typename === "Customer" ? "anything" : (scope.offer ?? `${scope.type} agreement`),
    );
    const link = element("a", { href: addressOf(customer.id, { who: node.id }) }, customer.name);
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, link),
      element("td", {}, badge(permission.verdict)),
      element("td", {}, scopes.join(", ")),
    );
  }
}

/** @param {any} node */
function firms({ providers, resellers }) {
  /**
   * @param {string} heading
   * @param {any[] | undefined} nodes
   */
  const listed = (heading, nodes) =>
    nodes?.length
      ? [element("h2", {}, heading), element("ul", { class: "names" }, ...nodes.map((each) => element("li", {}, linkTo(each))))]
      : [];
  return element("div", {}, ...listed("Its providers", providers), ...listed("Its resellers", resellers));
}
