// @ts-check
// What would change an answer: single changes to the graph, each tried by the service and undone.

import { ask, Refused } from "./api.js";
import { element, show } from "./dom.js";
import { badge, nameOf, SAYS } from "./words.js";

const SIMULATE = `query WhatIf($changes: [Change!]!, $customers: [ID!]!, $topics: [String!]!) {
  simulate(changes: $changes, customers: $customers, topics: $topics) { communicator { id } after }
}`;
const MOST = 8;

/** @typedef {{says: string, changes: object[]}} Idea */

/**
 * @param {HTMLElement} place stays empty for those who may not simulate
 * @param {any} permission
 * @param {import("./customer.js").Facts} facts
 * @param {import("./state.js").State} at
 */
export async function whatIf(place, permission, facts, at) {
  show(place, element("h3", {}, "What would change this"), element("p", { class: "quiet" }, "Trying…"));
  const ideas = ideasFor(permission, facts).slice(0, MOST);
  const tried = await Promise.all(ideas.map((idea) => outcome(idea, permission, facts.id, at.topic)));
  if (tried.includes("forbidden")) return show(place);
  const found = ideas.flatMap(({ says }, which) => (tried[which] ? [element("li", {}, `${says}: `, badge(String(tried[which])))] : []));
  const rest = found.length
    ? element("ul", { class: "what-if" }, ...found)
    : element("p", {}, ideas.length ? `None of ${ideas.length} single changes that were tried.` : "There is no single change to be tried.");
  show(place, element("h3", {}, "What would change this"), rest);
}

/**
 * The verdict that a change would come to; null where it changes nothing, or can't be made.
 * @param {Idea} idea
 * @param {any} permission
 * @param {string} customer
 * @param {string} topic
 * @returns {Promise<string | null>} "forbidden" for whoever may not simulate
 */
async function outcome({ changes }, permission, customer, topic) {
  try {
    const { simulate } = await ask(SIMULATE, { changes, customers: [customer], topics: [topic] });
    return simulate.find((/** @type {any} */ each) => each.communicator.id === permission.communicator.id)?.after ?? null;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return error.code === "FORBIDDEN" ? "forbidden" : null;
  }
}

/**
 * Changes that are one step away: something of the path ends, billing moves, or the communicator begins to sell.
 * @param {any} permission
 * @param {import("./customer.js").Facts} facts
 * @returns {Idea[]}
 */
function ideasFor(permission, { id, name, relationships, permissionMatrix }) {
  const now = new Date().toISOString();
  const who = permission.communicator;
  const path = permission.rulings
    .flatMap((/** @type {any} */ ruling) => ruling.path)
    .filter((/** @type {any} */ each) => !each.validTo && each.type !== "HOLDS");
  const sold = relationships.filter(({ type, to }) => type === "HOLDS" && !to.id.endsWith(":another")).map(({ to }) => to);
  const biller = new Map(relationships.filter(({ type }) => type === "BILLS").map(({ from, to }) => [to.id, from.id]));
  const unbilled = sold.filter((each) => each.__typename === "ProductSubscription" && !biller.has(each.id));
  const others = permissionMatrix.communicators.filter((/** @type {any} */ each) => each.id !== who.id && each.__typename === "Partner");
  return [
    ...billings(who, unbilled, now),
    ...others.slice(0, 1).flatMap((/** @type {any} */ other) => billings(other, unbilled, now)),
    ...transfers(
      who,
      sold.filter((each) => biller.has(each.id) && biller.get(each.id) !== who.id),
      now,
    ),
    ...others.flatMap((/** @type {any} */ other) =>
      transfers(
        other,
        sold.filter((each) => biller.get(each.id) === who.id),
        now,
      ),
    ),
    ...endings(path, now),
    ...(who.__typename === "Partner" && !relationships.some(({ type, from }) => type === "RESELLER_FOR" && from.id === who.id)
      ? [
          {
            says: `If ${nameOf(who)} became reseller for ${name}`,
            changes: [{ start: { type: "RESELLER_FOR", from: who.id, to: id, validFrom: now } }],
          },
        ]
      : []),
    ...sold
      .filter((each) => who.__typename === "Partner" && biller.get(each.id)?.startsWith("partner:") && biller.get(each.id) !== who.id)
      .filter((each) => !relationships.some(({ type, from, to }) => type === "RESELLS" && from.id === who.id && to.id === each.id))
      .slice(0, 2)
      .map((each) => ({
        says: `If ${nameOf(who)} resold ${nameOf(each)}`,
        changes: [{ start: { type: "RESELLS", from: who.id, to: each.id, validFrom: now } }],
      })),
  ];
}

/**
 * A biller where nobody is on record: what most often is missing.
 * @param {any} who would bill
 * @param {any[]} subscriptions
 * @param {string} now
 * @returns {Idea[]} of all together, and of the first alone
 */
function billings(who, subscriptions, now) {
  /** @param {any[]} some */
  const billing = (some) => ({
    says: `If ${nameOf(who)} billed ${some.length === 1 ? nameOf(some[0]) : `all ${some.length} that nobody bills`}`,
    changes: some.map((each) => ({ start: { type: "BILLS", from: who.id, to: each.id, validFrom: now } })),
  });
  if (!subscriptions.length) return [];
  return subscriptions.length > 1 ? [billing(subscriptions), billing(subscriptions.slice(0, 1))] : [billing(subscriptions)];
}

/**
 * @param {any} to who would bill
 * @param {any[]} subscriptions
 * @param {string} now
 * @returns {Idea[]} of all together, and of the first alone
 */
function transfers(to, subscriptions, now) {
  /** @param {any[]} some */
  const transfer = (some) => ({
    says: `If the billing of ${some.length === 1 ? nameOf(some[0]) : `all ${some.length} subscriptions`} moved to ${nameOf(to)}`,
    changes: [{ transferBilling: { subscriptions: some.map((each) => each.id), to: to.id, completedAt: now } }],
  });
  if (!subscriptions.length) return [];
  return subscriptions.length > 1 ? [transfer(subscriptions), transfer(subscriptions.slice(0, 1))] : [transfer(subscriptions)];
}

/**
 * @param {any[]} path
 * @param {string} now
 * @returns {Idea[]} one for each type of relationship of each node
 */
function endings(path, now) {
  /** @type {Map<string, any[]>} */
  const alike = new Map();
  for (const each of new Map(path.map((each) => [each.id, each])).values()) {
    const key = `${each.type} ${each.from.id}`;
    alike.set(key, [...(alike.get(key) ?? []), each]);
  }
  return [...alike.values()].map((edges) => {
    const [{ type, from, to }] = edges;
    const what = edges.length === 1 ? nameOf(to) : `these ${edges.length}`;
    return {
      says: `If ${nameOf(from)} no longer ${SAYS[type]} ${what}`,
      changes: edges.map((each) => ({ end: { type, from: from.id, to: each.to.id, validTo: now, ...(each.kind && { kind: each.kind }) } })),
    };
  });
}
