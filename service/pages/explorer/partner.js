// @ts-check
// A partner or an operator: to whom it may speak about what, with whom it works, what changed this month.

import { ask } from "./api.js";
import { element, say, show, table } from "./dom.js";
import { address, addressOf, asOf, refresh, state } from "./state.js";
import { topicChoice } from "./strip.js";
import { watch } from "./watch.js";
import { badge, linkTo, NODE, plain, title, when, word } from "./words.js";

const MONTH = 30 * 86_400_000;
const PAGE = 50;
const MOST = 1000;
const GATHER = 150;
const OF_A_PARTNER =
  "... on Partner { country mpnIds roles(asOf: $asOf) providers(asOf: $asOf) { ...Named } resellers(asOf: $asOf) { ...Named } }";
const CONTACTABLE = `fragment Contactable on ContactableConnection {
  totalCount pageInfo { hasNextPage endCursor } edges { node { ...Named } permission { verdict permittedIn { ...Named } } }
}`;
const CHANGES = `subscription Changes($communicator: ID!, $topics: [String!], $since: Revision) {
  permissionChanges(communicator: $communicator, topics: $topics, since: $since) { customer { name } before after revision }
}`;

const COMMUNICATOR = `${NODE} ${CONTACTABLE}
query Communicator($id: ID!, $topic: String!, $asOf: AsOf, $consistency: Consistency) {
  revision
  topics { code category name }
  node(id: $id, consistency: $consistency) {
    ...Named ${OF_A_PARTNER} ... on Communicator { contactable(topic: $topic, asOf: $asOf, first: ${PAGE}) { ...Contactable } }
  }
}`;

/**
 * What takes longer; one field for the count of each category, by its first topic: the policy judges by category.
 * @param {any[]} first topics
 */
function comparison(first) {
  const counts = first.map(({ code }, place) => `count${place}: contactable(topic: "${code}", asOf: $asOf, first: 1) { totalCount }`);
  const verdicts = "edges { node { ...Named } permission { verdict } }";
  return `${NODE}
  query Comparison($id: ID!, $topic: String!, $asOf: AsOf, $monthAgo: AsOf, $consistency: Consistency) {
    node(id: $id, consistency: $consistency) {
      ... on Communicator {
        now: contactable(topic: $topic, asOf: $asOf, first: ${MOST}) { ${verdicts} }
        before: contactable(topic: $topic, asOf: $monthAgo, first: ${MOST}) { ${verdicts} }
        ${counts.join(" ")}
      }
      ... on Partner { providersBefore: providers(asOf: $monthAgo) { ...Named } resellersBefore: resellers(asOf: $monthAgo) { ...Named } }
    }
  }`;
}

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
  /** @type {string | undefined} */
  let reached;
  let stop = () => {};
  let watched = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let gathering;

  const update = async () => {
    const turn = ++asked;
    const at = state();
    const about = { id, topic: at.topic, asOf: asOf(at), consistency: reached ? { atLeast: reached } : null };
    const { node, revision, topics } = await ask(COMMUNICATOR, about);
    if (turn !== asked || !place.isConnected) return;
    if (!node) return show(place, element("h1", {}, "Not found"), element("p", {}, `There is no ${id}, or it is not shown to you.`));
    const rest = element("div", {}, element("p", { class: "quiet" }, "Comparing…"));
    document.title = `${node.name}: whom it may contact (Vocero)`;
    show(
      place,
      element("h1", {}, node.name),
      element(
        "p",
        { class: "quiet" },
        [node.country, ...(node.roles ?? []).map(plain), ...(node.mpnIds ?? []).map((/** @type {string} */ each) => `MPN ${each}`), id]
          .filter(Boolean)
          .join(" · "),
      ),
      at.valid && element("p", {}, `As of ${when(at.valid)}. `, element("a", { href: address({ valid: "", known: "" }) }, "Today")),
      element("div", { class: "columns" }, element("div", {}, contactable(node, topics, at)), element("div", {}, firms(node), rest)),
    );
    follow(revision, at.topic);
    const categories = [...new Set(topics.map((/** @type {any} */ topic) => topic.category))];
    const first = categories.map((category) => topics.find((/** @type {any} */ topic) => topic.category === category));
    const instant = at.valid ? Date.parse(at.valid) : Date.now();
    const monthAgo = { ...asOf(at), validAt: new Date(instant - MONTH).toISOString() };
    // the page is there before that
    void ask(comparison(first), { ...about, monthAgo }).then(
      (compared) => show(rest, month({ ...node, ...compared.node }, topics, at), counts(compared.node, first, at)),
      (error) => show(rest, element("p", { role: "alert" }, error.message)),
    );
  };

  /**
   * @param {string} revision
   * @param {string} topic
   */
  const follow = (revision, topic) => {
    if (watched === topic) return;
    stop();
    watched = topic;
    stop = watch(CHANGES, { communicator: id, topics: [topic] }, revision, (event) => {
      reached = event.revision;
      say(`Changed just now. ${event.customer.name}: ${word(event.before)} → ${word(event.after)}`);
      gathering ??= setTimeout(() => {
        gathering = undefined;
        update().catch(() => refresh());
      }, GATHER);
    });
  };
  const leave = () => {
    asked += 1;
    clearTimeout(gathering);
    stop();
  };
  return { update, leave };
}

/**
 * @param {any} node
 * @param {any[]} topics
 * @param {import("./state.js").State} at
 */
function contactable(node, topics, at) {
  const rows = element("tbody", {});
  const more = element("button", { type: "button" }, "Show more");
  /** @param {any} page */
  const append = ({ edges, pageInfo }) => {
    rows.append(...edges.map(row));
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
      { class: "list" },
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

/**
 * @param {any} node
 * @param {any[]} first topic of each category
 * @param {import("./state.js").State} at
 */
function counts(node, first, at) {
  const rows = first.map(({ code, category }, place) => [
    element("a", { href: address({ topic: code }), "aria-current": code === at.topic && "true" }, title(category)),
    node[`count${place}`].totalCount,
  ]);
  return table("Customers it may contact, by kind of topic", ["Kind of topic", "Customers"], rows, "list counts");
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

/**
 * What is different from thirty days before.
 * @param {any} node
 * @param {any[]} topics
 * @param {import("./state.js").State} at
 */
function month(node, topics, at) {
  const topic = topics.find((each) => each.code === at.topic)?.name ?? at.topic;
  const before = new Map(node.before.edges.map((/** @type {any} */ edge) => [edge.node.id, edge]));
  const now = new Map(node.now.edges.map((/** @type {any} */ edge) => [edge.node.id, edge]));
  const items = [...new Set([...before.keys(), ...now.keys()])].flatMap((id) => {
    const [was, is] = [before.get(id), now.get(id)];
    if (was?.permission.verdict === is?.permission.verdict) return [];
    const sign = (/** @type {any} */ edge) => (edge ? badge(edge.permission.verdict) : "not permitted");
    return [element("li", {}, linkTo((is ?? was).node), ": ", sign(was), " → ", sign(is))];
  });
  /**
   * @param {any[]} some
   * @param {any[]} others
   * @param {string} says
   */
  const only = (some = [], others = [], says) => {
    const known = new Set(others.map((each) => each.id));
    return some.filter((each) => !known.has(each.id)).map((each) => element("li", {}, linkTo(each), ` ${says}`));
  };
  items.push(
    ...only(node.providers, node.providersBefore, "now provides for it"),
    ...only(node.providersBefore, node.providers, "no longer provides for it"),
    ...only(node.resellers, node.resellersBefore, "is now a reseller of it"),
    ...only(node.resellersBefore, node.resellers, "is no longer a reseller of it"),
  );
  return element(
    "section",
    { "aria-labelledby": "month-title" },
    element("h2", { id: "month-title" }, "What changed in 30 days"),
    items.length ? element("ul", {}, ...items) : element("p", {}, `Nothing about ${topic}, and no provider or reseller.`),
  );
}
