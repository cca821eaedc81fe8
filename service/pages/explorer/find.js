// @ts-check
// Finding a customer, partner, subscription or agreement as one types.

import { ask, Refused } from "./api.js";
import { element, show } from "./dom.js";
import { addressOf, go } from "./state.js";
import { nameOf, NODE } from "./words.js";

const WAIT = 120;
const ID = /^(customer|partner|operator|subscription|agreement):\S+$/;
const KEY = /^[\w.-]+$/;
const MOST_WORDS = 6;
const HINT = "Nothing found. A subscription is found by its key, or by its holder and its offer: contoso azure";

/** @param {number} holders how many texts may be the name of a subscription's holder */
function question(holders) {
  const places = [...Array(holders).keys()];
  const fields = places.map(
    (place) => `holders${place}: customers(search: $holder${place}, first: 5) { edges { node { name subscriptions { ...Named } } } }`,
  );
  return `${NODE}
  query Find($text: String!, $ids: [ID!]!, ${places.map((place) => `$holder${place}: String!`).join(" ")}) {
    nodes(ids: $ids) { ...Named ... on ProductSubscription { customer { name } } }
    customers(search: $text, first: 8) { edges { node { ...Named domain } } }
    partners(search: $text, first: 5) { edges { node { ...Named } } }
    ${fields.join(" ")}
  }`;
}

/** @typedef {import("./words.js").Named & {note: string}} Found */

/** @param {HTMLElement} place */
export function finder(place) {
  const list = element("ul", { id: "find-list", role: "listbox", "aria-label": "Found", hidden: true });
  const input = /** @type {HTMLInputElement} */ (
    element("input", {
      id: "find-text",
      type: "search",
      role: "combobox",
      placeholder: "Customer, partner or subscription",
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": "Find a customer, partner or subscription",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": "find-list",
    })
  );
  const count = element("span", { class: "unseen", role: "status" });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;
  let chosen = -1;
  let asked = 0;
  let looked = "";

  const close = () => {
    asked += 1;
    clearTimeout(waiting);
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  /** @param {number} index */
  const choose = (index) => {
    chosen = index;
    [...list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === index)));
    const option = list.children[index];
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  };
  /** @param {string | undefined} id */
  const leaveFor = (id) => {
    if (!id) return;
    close();
    input.value = "";
    input.blur();
    go(addressOf(id));
  };
  const look = async () => {
    const turn = ++asked;
    const text = input.value.trim();
    const found = await search(text).catch((error) => {
      if (error instanceof Refused) return [];
      throw error;
    });
    if (turn !== asked) return;
    looked = text;
    show(list, ...found.map((each, place) => option(each, place, leaveFor)));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    count.textContent = found.length ? `${found.length} found` : "nothing found";
    if (!found.length) show(list, element("li", { role: "option", "aria-disabled": "true", "aria-selected": "false" }, HINT));
    choose(found.length ? 0 : -1);
  };

  // whoever types fast presses Enter before anything is found
  const enter = async () => {
    if (!input.value.trim()) return;
    clearTimeout(waiting);
    if (list.hidden || looked !== input.value.trim()) await look();
    if (!list.hidden) leaveFor(/** @type {HTMLElement | undefined} */ (list.children[chosen])?.dataset.id);
  };

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    if (input.value.trim()) waiting = setTimeout(() => void look(), WAIT);
    else close();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (event.key === "Enter") void enter();
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose((chosen + step + list.children.length) % list.children.length);
    }
  });
  input.addEventListener("blur", () => close());
  place.append(input, list, count);
}

/**
 * @param {Found} found
 * @param {number} place
 * @param {(id: string) => void} leaveFor
 */
function option(found, place, leaveFor) {
  return element(
    "li",
    {
      id: `found-${place}`,
      role: "option",
      "data-id": found.id,
      "aria-selected": "false",
      pointerdown: (/** @type {Event} */ event) => event.preventDefault(),
      click: () => leaveFor(found.id),
    },
    nameOf(found),
    element("span", { class: "quiet" }, found.note),
  );
}

/**
 * @param {string} text
 * @returns {Promise<Found[]>} each node once
 */
async function search(text) {
  const ids = ID.test(text)
    ? [text]
    : KEY.test(text)
      ? ["customer", "partner", "subscription", "agreement"].map((kind) => `${kind}:${text}`)
      : [];
  const operators = ["microsoft", "21vianet"].filter((name) => name.startsWith(text.toLowerCase())).map((name) => `operator:${name}`);
  const splits = splitsOf(text.split(/\s+/));
  const { nodes, customers, partners, ...held } = await ask(question(splits.length), {
    text,
    ids: [...operators, ...ids],
    ...Object.fromEntries(splits.map(({ holder }, place) => [`holder${place}`, holder])),
  });
  const found = [
    ...nodes
      .filter(Boolean)
      .map((/** @type {any} */ node) => ({ ...node, note: node.customer ? `subscription of ${node.customer.name}` : kind(node) })),
    ...customers.edges.map((/** @type {any} */ { node }) => ({ ...node, note: ["customer", node.domain].filter(Boolean).join(", ") })),
    ...partners.edges.map((/** @type {any} */ { node }) => ({ ...node, note: "partner" })),
    ...splits.flatMap(({ offer }, place) =>
      held[`holders${place}`].edges.flatMap((/** @type {any} */ { node }) =>
        node.subscriptions
          .filter((/** @type {any} */ each) => offer.every((part) => folded(each.offer).includes(part)))
          .map((/** @type {any} */ each) => ({ ...each, note: `subscription of ${node.name}` })),
      ),
    ),
  ];
  return [...new Map(found.map((each) => [each.id, each])).values()];
}

/**
 * A holder and an offer, in either order, wherever one may end and the other begin.
 * @param {string[]} words
 */
function splitsOf(words) {
  if (words.length > MOST_WORDS) return [];
  return words.slice(1).flatMap((_, place) => {
    const [one, other] = [words.slice(0, place + 1), words.slice(place + 1)];
    return [
      { holder: one.join(" "), offer: other.map(folded) },
      { holder: other.join(" "), offer: one.map(folded) },
    ];
  });
}

/** @param {import("./words.js").Named} node */
function kind(node) {
  return node.__typename === "ProductSubscription" ? "subscription" : node.__typename.toLowerCase();
}

/** @param {string} text without case and accents */
function folded(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
