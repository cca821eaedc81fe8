// @ts-check
// A notice to many customers: who has to send it to whom, and who is left without anybody.

import { ask } from "./api.js";
import { download } from "./csv.js";
import { element, say, show, table } from "./dom.js";
import { live } from "./live.js";
import { address, asOf, go, state } from "./state.js";
import { topicChoice } from "./strip.js";
import { linkTo, NODE, word } from "./words.js";

const PAGE = 1000;
const SHOWN = 20;
const OUTREACH = `${NODE}
query Outreach($topic: String!, $filter: CustomerFilter, $asOf: AsOf, $lang: Language!, $consistency: Consistency) {
  revision
  topics { code category name }
  outreach(topic: $topic, filter: $filter, asOf: $asOf, consistency: $consistency) {
    total
    groups { communicator { ...Named } customerCount }
    uncovered(first: ${SHOWN}) { totalCount edges { node { ...Named } reason(language: $lang) } }
  }
}`;
const GROUP = `query Group($topic: String!, $filter: CustomerFilter, $asOf: AsOf, $communicator: ID, $after: String) {
  outreach(topic: $topic, filter: $filter, asOf: $asOf, communicator: $communicator) {
    groups { customers(first: ${PAGE}, after: $after) { pageInfo { hasNextPage endCursor } edges {
      node { id name domain country cloud }
      permission { verdict permittedIn { ... on ProductSubscription { id } ... on Agreement { id } ... on Customer { id } } }
    } } }
  }
}`;
const UNCOVERED = `query Uncovered($topic: String!, $filter: CustomerFilter, $asOf: AsOf, $lang: Language!, $after: String) {
  outreach(topic: $topic, filter: $filter, asOf: $asOf) {
    uncovered(first: ${PAGE}, after: $after) { pageInfo { hasNextPage endCursor } edges {
      reason(language: $lang) node { id name domain country cloud }
    } }
  }
}`;
const CLOUDS = { "": "any", PUBLIC: "public", US_GOVERNMENT: "US Government", CHINA: "China", GERMANY: "Germany" };
const CHANNELS = { "": "any", CSP: "CSP", DIRECT: "direct", UNBILLED: "unbilled" };

/** @param {HTMLElement} place */
export function outreachPage(place) {
  let asked = 0;
  const sum = element("p", { class: "sum", role: "status" });
  const results = element("div", { class: "outreach" });
  const heading = element("h1", {});
  const filters = element("form", {
    class: "filters",
    "aria-label": "Which customers",
    submit: (/** @type {Event} */ event) => event.preventDefault(),
  });

  const update = async () => {
    const turn = ++asked;
    const at = state();
    const variables = { topic: at.topic, filter: filterOf(at), asOf: asOf(at), lang: at.lang };
    const { revision, topics, outreach } = await ask(OUTREACH, { ...variables, consistency: following.consistency() });
    if (turn !== asked || !place.isConnected) return;
    document.title = "Outreach: who sends a notice to whom (Vocero)";
    following.follow(revision, { topics: [at.topic] });
    show(heading, "Who has to send a notice about ", topicChoice(topics, at.topic), "?");
    if (!filters.isConnected) {
      show(place, heading, element("p", { class: "quiet" }, following.sign), filters, sum, results);
      show(
        filters,
        field("name", "Name contains"),
        field("country", "Country"),
        choice("cloud", "Cloud", CLOUDS),
        choice("channel", "Sold", CHANNELS),
      );
    }
    for (const input of filters.querySelectorAll("input, select")) {
      const control = /** @type {HTMLInputElement} */ (input);
      if (control !== document.activeElement) control.value = at[/** @type {"name"} */ (control.name)];
    }
    const { total, groups, uncovered } = outreach;
    show(
      sum,
      element("b", {}, String(total)),
      ` customers: ${groups.length} senders, `,
      element("b", {}, String(uncovered.totalCount)),
      " for whom nobody is expected.",
    );
    show(results, ...shown(outreach, variables));
  };
  const following = live(update, ({ communicator, customer }) => `${communicator.name} to ${customer.name}`);
  const leave = () => {
    asked += 1;
    following.leave();
  };
  return { update, leave };
}

/** @param {import("./state.js").State} at */
function filterOf({ name, country, cloud, channel }) {
  const filter = {
    ...(name && { name: { contains: name } }),
    ...(country && { country: { eq: country } }),
    ...(cloud && { cloud }),
    ...(channel && { holdsChannel: channel }),
  };
  return Object.keys(filter).length ? filter : null;
}

/**
 * @param {any} outreach
 * @param {any} variables of the question
 */
function shown({ groups, uncovered }, variables) {
  const rows = groups.map((/** @type {any} */ { communicator, customerCount }) => [
    linkTo(communicator),
    customerCount,
    button(`Download ${communicator.name} as CSV`, `csv-${communicator.id}`, () => downloadGroup(communicator, variables)),
  ]);
  const left = uncovered.edges.map((/** @type {any} */ { node, reason }) => [linkTo(node), reason]);
  const more = uncovered.totalCount - left.length;
  return [
    groups.length > 0 && table("Who is expected to send it", ["Sender", "Customers", "List"], rows, "list"),
    element(
      "div",
      { class: "line" },
      element("h2", {}, `Nobody is expected: ${uncovered.totalCount}`),
      uncovered.totalCount > 0 && button("Download these as CSV", "csv-uncovered", () => downloadUncovered(variables)),
    ),
    left.length > 0 && table("Customers for whom nobody is expected", ["Customer", "Why"], left, "list titled"),
    more > 0 && element("p", { class: "quiet" }, `and ${more} more, in the CSV`),
  ];
}

/**
 * @param {string} text
 * @param {string} id
 * @param {() => Promise<void>} act
 */
function button(text, id, act) {
  const made = element(
    "button",
    {
      id,
      type: "button",
      "aria-label": text,
      click: () => {
        made.setAttribute("disabled", "");
        act()
          .catch((error) => say(error.message))
          .finally(() => made.removeAttribute("disabled"));
      },
    },
    "CSV ↓",
  );
  return made;
}

/**
 * @param {any} communicator
 * @param {any} variables
 */
async function downloadGroup(communicator, variables) {
  const edges = await all((after) =>
    ask(GROUP, { ...variables, lang: undefined, communicator: communicator.id, after }).then(
      ({ outreach }) => outreach.groups[0]?.customers,
    ),
  );
  const rows = edges.map(({ node, permission }) => [
    ...cells(node),
    word(permission.verdict),
    permission.permittedIn.map((/** @type {any} */ scope) => scope.id).join(" "),
  ]);
  download(`${variables.topic}-${communicator.id.replace(":", "-")}.csv`, [
    ["customer", "name", "domain", "country", "cloud", "verdict", "permitted_in"],
    ...rows,
  ]);
}

/** @param {any} variables */
async function downloadUncovered(variables) {
  const edges = await all((after) => ask(UNCOVERED, { ...variables, after }).then(({ outreach }) => outreach.uncovered));
  download(`${variables.topic}-uncovered.csv`, [
    ["customer", "name", "domain", "country", "cloud", "reason"],
    ...edges.map(({ node, reason }) => [...cells(node), reason]),
  ]);
}

/**
 * Every edge of a connection, page by page.
 * @param {(after: string | null) => Promise<any>} page
 * @returns {Promise<any[]>}
 */
async function all(page) {
  const edges = [];
  let after = null;
  do {
    const found = await page(after);
    edges.push(...(found?.edges ?? []));
    after = found?.pageInfo.hasNextPage ? found.pageInfo.endCursor : null;
  } while (after);
  return edges;
}

/** @param {any} customer */
function cells({ id, name, domain, country, cloud }) {
  return [id, name, domain ?? "", country ?? "", cloud];
}

/**
 * @param {"name" | "country"} name
 * @param {string} label
 */
function field(name, label) {
  const act = (/** @type {Event} */ event) => go(address({ [name]: /** @type {HTMLInputElement} */ (event.target).value.trim() }));
  const attributes = {
    id: `filter-${name}`,
    name,
    change: act,
    autocomplete: "off",
    ...(name === "country" && { size: 4, maxlength: 2, placeholder: "US" }),
  };
  return element("label", {}, label, " ", element("input", attributes));
}

/**
 * @param {"cloud" | "channel"} name
 * @param {string} label
 * @param {Record<string, string>} words
 */
function choice(name, label, words) {
  const options = Object.entries(words).map(([value, word]) => element("option", { value }, word));
  const act = (/** @type {Event} */ event) => go(address({ [name]: /** @type {HTMLSelectElement} */ (event.target).value }));
  return element("label", {}, label, " ", element("select", { id: `filter-${name}`, name, change: act }, ...options));
}
