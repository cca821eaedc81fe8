// @ts-check
// How the API's words are shown: a word, and a shape beside it, never a colour alone.

import { element } from "./dom.js";
import { addressOf } from "./state.js";

/** Verdicts in the order of who would be asked first. */
export const VERDICTS = ["EXPECTED", "PERMITTED", "MIXED", "UNKNOWN", "NOT_STATED", "PROHIBITED", "NOT_COVERED"];

/** @type {Record<string, [shape: string, word: string]>} */
const SHOWN = {
  EXPECTED: ["●", "Expected"],
  PERMITTED: ["○", "Permitted"],
  MIXED: ["◐", "In part"],
  UNKNOWN: ["?", "Unknown"],
  NOT_STATED: ["–", "Not stated"],
  PROHIBITED: ["✕", "Prohibited"],
  NOT_COVERED: ["□", "Not covered"],
};

/** What a verdict means, of somebody, a customer and a topic. @type {[verdict: string, means: string][]} */
export const MEANS = [
  ["EXPECTED", "The policy expects it to speak."],
  ["PERMITTED", "The policy lets it speak."],
  ["MIXED", "It may with regard to some of what the customer holds, and must not with regard to the rest."],
  ["UNKNOWN", "It depends on who bills the subscription, and that is not on record."],
  ["NOT_STATED", "The policy does not say that it may."],
  ["PROHIBITED", "It must not speak."],
  ["NOT_COVERED", "The policy is not about the customer's cloud."],
];

/** What a relationship says, between its two ends. @type {Record<string, string>} */
export const SAYS = {
  HOLDS: "holds",
  BILLS: "bills",
  RESELLS: "resells",
  PROVIDES_FOR: "provides for",
  RESELLER_FOR: "is reseller for",
  PARTY_TO: "is party to",
  GOVERNS: "governs",
  ADMINISTERS: "administers",
  SUPPORTS: "supports",
};

/** What gives access or helps, and is no ownership. */
export const NOT_OWNERSHIP = ["ADMINISTERS", "SUPPORTS"];

/** Of a node, what is needed to name it and to link to it. */
export const NODE = `fragment Named on Node {
  __typename id
  ... on Customer { name } ... on Communicator { name } ... on ProductSubscription { offer status }
  ... on Agreement { type agreementChannel: channel }
}`;

/** @typedef {{__typename: string, id: string, name?: string, offer?: string, status?: string, type?: string}} Named */

/** @param {string} verdict */
export function word(verdict) {
  return (SHOWN[verdict] ?? ["", verdict])[1];
}

/**
 * @param {string} verdict
 * @returns {Node[]} shape and word
 */
export function signs(verdict) {
  return [
    element("span", { class: "shape", "aria-hidden": "true" }, (SHOWN[verdict] ?? ["", ""])[0]),
    document.createTextNode(` ${word(verdict)}`),
  ];
}

/** @param {string} verdict */
export function badge(verdict) {
  return element("span", { class: `verdict ${verdict}` }, ...signs(verdict));
}

/** @param {Named} node */
export function nameOf(node) {
  if (node.__typename === "ProductSubscription") return node.offer || node.id.replace("subscription:another", "what others sell");
  if (node.__typename === "Agreement") return `${node.type || node.id} agreement`;
  return node.name || node.id;
}

/** @param {Named} node */
export function linkTo(node) {
  // several other partners are shown to a partner as one, which has no page
  return node.id.endsWith(":another") ? element("span", {}, nameOf(node)) : element("a", { href: addressOf(node.id) }, nameOf(node));
}

/** @param {string} code as the API writes it, such as DIRECT_BILLER */
export function plain(code) {
  return code.toLowerCase().replaceAll("_", " ");
}

/** @param {string} category */
export function title(category) {
  return category[0] + category.slice(1).toLowerCase();
}

const DAY = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", day: "numeric", month: "short", year: "numeric" });
const TIME = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", hour: "2-digit", minute: "2-digit" });

/** @param {string | number} instant shown in UTC; midnight as the day alone */
export function when(instant) {
  const at = new Date(instant);
  const isMidnight = at.getTime() % 86_400_000 === 0;
  return isMidnight ? DAY.format(at) : `${DAY.format(at)}, ${TIME.format(at)} UTC`;
}
