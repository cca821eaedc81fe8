// @ts-check
// What is different for a partner or an operator from thirty days before, and why.

import { ask } from "./api.js";
import { element, table } from "./dom.js";
import { EVENT, momentsOf } from "./events.js";
import { address, asOf } from "./state.js";
import { badge, linkTo, NODE, title, when } from "./words.js";

const DAY = 86_400_000;
const MONTH = 30 * DAY;
const MOST = 1000;
const EXPLAINED = 25;
const MOMENTS = 3;
const NOBODY = "not permitted";

/**
 * A customer with the verdicts that permit something, by category, then and now.
 * @typedef {{node: import("./words.js").Named, was: Map<string, string>, is: Map<string, string>}} Contact
 */

/**
 * What changed, and how many customers there are by kind of topic.
 * @param {import("./words.js").Named} who
 * @param {any[]} topics
 * @param {import("./state.js").State} at
 * @param {object | null} consistency
 * @returns {Promise<HTMLElement[]>}
 */
export async function month(who, topics, at, consistency) {
  const first = [...new Map(topics.toReversed().map((topic) => [topic.category, topic])).values()].reverse();
  const until = new Date(at.valid ? Date.parse(at.valid) : Date.now()).toISOString();
  const since = new Date(Math.floor((Date.parse(until) - MONTH) / DAY) * DAY).toISOString();
  const { node } = await ask(comparison(first), { id: who.id, was: { ...asOf(at), validAt: since }, is: asOf(at), consistency });
  const rows = first.map(({ code, category }, place) => [
    element("a", { href: address({ topic: code }) }, title(category)),
    ...[node[`is${place}`], node[`was${place}`]].map(({ pageInfo, edges }) => (pageInfo.hasNextPage ? `more than ${MOST}` : edges.length)),
  ]);
  const tooMany = first.filter((_, place) => [node[`is${place}`], node[`was${place}`]].some(({ pageInfo }) => pageInfo.hasNextPage));
  const contacts = different(node, first, tooMany);
  const reasons = await reasonsFor(contacts.slice(0, EXPLAINED), who.id, { since, until, known: at.known });
  const changes = [
    ...listed(
      "New customers",
      contacts.filter(({ was }) => !was.size),
      reasons,
    ),
    ...listed(
      "No longer its customers",
      contacts.filter(({ is }) => !is.size),
      reasons,
    ),
    ...listed(
      "Other permissions",
      contacts.filter(({ was, is }) => was.size && is.size),
      reasons,
    ),
    ...firms("Providers", node.isAbove, node.wasAbove),
    ...firms("Resellers", node.isBelow, node.wasBelow),
  ];
  const known = at.known ? `as it was known on ${when(at.known)}` : "as it is known now";
  const changed = element(
    "section",
    { "aria-labelledby": "month-title" },
    element("h2", { id: "month-title" }, "What changed in 30 days"),
    element(
      "p",
      { class: "quiet" },
      `Whom it may contact ${at.valid ? `on ${when(until)}` : "today"}, compared with ${when(since)}, both ${known}. `,
      "What came and went in between is not listed.",
    ),
    ...(changes.length ? changes : [element("p", {}, "Nothing.")]),
    tooMany.length > 0 &&
      element(
        "p",
        {},
        `Not compared: ${tooMany.map(({ category }) => title(category)).join(", ")}, where it has more than ${MOST} customers.`,
      ),
  );
  return [
    changed,
    table("Customers it may contact, by kind of topic", ["Kind of topic", "Customers", "30 days before"], rows, "list counts"),
  ];
}

/**
 * One field for each category, by its first topic, and instant: the policy judges by category.
 * @param {any[]} first topics
 */
function comparison(first) {
  const contacts = first.flatMap(({ code }, place) =>
    ["was", "is"].map((name) => `${name}${place}: contactable(topic: "${code}", asOf: $${name}, first: ${MOST}) { ...Contacts }`),
  );
  const near = ["was", "is"].map(
    (name) => `${name}Above: providers(asOf: $${name}) { ...Named } ${name}Below: resellers(asOf: $${name}) { ...Named }`,
  );
  return `${NODE}
  fragment Contacts on ContactableConnection { pageInfo { hasNextPage } edges { node { ...Named } permission { verdict } } }
  query Comparison($id: ID!, $was: AsOf, $is: AsOf, $consistency: Consistency) {
    node(id: $id, consistency: $consistency) { ... on Communicator { ${contacts.join(" ")} } ... on Partner { ${near.join(" ")} } }
  }`;
}

/**
 * The customers about whom something is different, by name.
 * @param {any} node
 * @param {any[]} first topics
 * @param {any[]} tooMany those of them that are left out
 * @returns {Contact[]}
 */
function different(node, first, tooMany) {
  /** @type {Map<string, Contact>} */
  const contacts = new Map();
  first.forEach((topic, place) => {
    for (const name of tooMany.includes(topic) ? [] : /** @type {("was" | "is")[]} */ (["was", "is"])) {
      for (const { node: customer, permission } of node[`${name}${place}`].edges) {
        const contact = contacts.get(customer.id) ?? { node: customer, was: new Map(), is: new Map() };
        contact[name].set(topic.category, permission.verdict);
        contacts.set(customer.id, contact);
      }
    }
  });
  return [...contacts.values()]
    .filter(({ was, is }) => String([...was]) !== String([...is]))
    .sort((one, other) => (one.node.name ?? "").localeCompare(other.node.name ?? ""));
}

/**
 * What began and ended around these customers in that time: what the communicator did, else what others did to whom it sells.
 * @param {Contact[]} contacts
 * @param {string} who
 * @param {{since: string, until: string, known: string}} time
 * @returns {Promise<Map<string, string>>} customer to a sentence
 */
async function reasonsFor(contacts, who, { since, until, known }) {
  if (!contacts.length) return new Map();
  const fields = contacts.map(({ node }, place) => `c${place}: customer(id: "${node.id}") { events(knownAt: $known) { ...Happened } }`);
  const answered = await ask(`${NODE} ${EVENT} query Reasons($known: DateTime) { ${fields.join(" ")} }`, { known: known || null });
  return new Map(
    contacts.map(({ node }, place) => {
      const events = (answered[`c${place}`]?.events ?? []).filter((/** @type {any} */ { at }) => since < at && at <= until);
      const own = events.filter((/** @type {any} */ { relationship }) => relationship.from.id === who);
      const moments = momentsOf(own.length ? own : events);
      const says = moments.slice(-MOMENTS).map(({ at, says }) => `${when(at)}: ${says.join("; ")}`);
      return [node.id, `${moments.length > MOMENTS ? "…; " : ""}${says.join("; ")}`];
    }),
  );
}

/**
 * @param {string} heading
 * @param {Contact[]} contacts
 * @param {Map<string, string>} reasons
 */
function listed(heading, contacts, reasons) {
  if (!contacts.length) return [];
  const items = contacts.map((contact) =>
    element("li", {}, linkTo(contact.node), ": ", ...moves(contact), element("small", {}, reasons.get(contact.node.id))),
  );
  return [element("h3", {}, `${heading} (${contacts.length})`), element("ul", { class: "changes" }, ...items)];
}

/**
 * @param {Contact} contact
 * @returns {(Node | string)[]} each verdict that became another one, and about what
 */
function moves({ was, is }) {
  /** @type {Map<string, string[]>} */
  const alike = new Map();
  for (const category of new Set([...was.keys(), ...is.keys()])) {
    const move = `${was.get(category) ?? ""} ${is.get(category) ?? ""}`;
    if (was.get(category) !== is.get(category)) alike.set(move, [...(alike.get(move) ?? []), title(category)]);
  }
  const sign = (/** @type {string} */ verdict) => (verdict ? badge(verdict) : NOBODY);
  return [...alike].flatMap(([move, categories], place) => {
    const [before, after] = move.split(" ");
    const about =
      alike.size === 1 && categories.length === new Set([...was.keys(), ...is.keys()]).size ? "" : ` (${categories.join(", ")})`;
    return [place ? ", " : "", sign(before), " → ", sign(after), about];
  });
}

/**
 * @param {string} heading
 * @param {any[]} [now]
 * @param {any[]} [before]
 */
function firms(heading, now = [], before = []) {
  const only = (/** @type {any[]} */ some, /** @type {any[]} */ others, /** @type {string} */ says) =>
    some.filter(({ id }) => !others.some((other) => other.id === id)).map((each) => element("li", {}, linkTo(each), says));
  const items = [...only(now, before, ": new"), ...only(before, now, ": no longer")];
  return items.length ? [element("h3", {}, heading), element("ul", { class: "changes" }, ...items)] : [];
}
