// @ts-check
// A customer: who owns what, who may speak about what, and when that was so.

import { answerPanel } from "./answer.js";
import { ask } from "./api.js";
import { element, say, show } from "./dom.js";
import { drawing } from "./drawing.js";
import { matrix } from "./matrix.js";
import { asOf, refresh, state } from "./state.js";
import { strip } from "./strip.js";
import { timeline } from "./timeline.js";
import { NODE, word } from "./words.js";
import { watch } from "./watch.js";

const RELATIONSHIP = `fragment Drawn on Relationship { id type kind validFrom validTo from { ...Named } to { ...Named } }`;
const MATRIX = `fragment Verdicts on PermissionMatrix {
  topics { code category name } communicators { ...Named } verdicts
}`;
const CUSTOMER = `${NODE} ${RELATIONSHIP} ${MATRIX}
query Customer($id: ID!, $asOf: AsOf, $isPast: Boolean!, $consistency: Consistency) {
  revision
  customer(id: $id, consistency: $consistency) {
    id name domain country cloud
    relationships(asOf: $asOf) { ...Drawn }
    permissionMatrix(asOf: $asOf) { ...Verdicts }
    today: relationships @include(if: $isPast) { ...Drawn }
    matrixToday: permissionMatrix @include(if: $isPast) { ...Verdicts }
  }
}`;
const CHANGES = `subscription Changes($since: Revision) { changes(since: $since) { revision customers(first: 100) { id } } }`;
const PERMISSIONS = `subscription Permissions($customers: [ID!], $since: Revision) {
  permissionChanges(customers: $customers, since: $since) { communicator { name } topic { name } before after revision }
}`;
const GATHER = 100;
const TOGETHER = 3000;

/**
 * What is on screen of a customer; today is there where another instant is asked about.
 * @typedef {object} Facts
 * @property {string} id
 * @property {string} name
 * @property {string | null} domain
 * @property {string | null} country
 * @property {string} cloud
 * @property {any[]} relationships
 * @property {any} permissionMatrix
 * @property {any[]} [today]
 * @property {any} [matrixToday]
 */

/**
 * @param {HTMLElement} place
 * @param {string} id
 */
export function customerPage(place, id) {
  const heading = element("div", { class: "heading" });
  const answers = element("section", { class: "strip-area", "aria-labelledby": "strip-title" });
  const panel = element("section", { id: "answer", "aria-label": "The answer explained" });
  const cells = element("section", { class: "matrix-area", "aria-labelledby": "matrix-title" });
  const graph = drawing();
  const time = timeline(id);
  const live = element("span", { class: "live" });
  const explained = answerPanel(panel, (path) => graph.light(path));
  /** @type {Facts | undefined} */
  let facts;
  let shown = "";
  let asked = 0;
  /** @type {string | undefined} */
  let reached;
  /** @type {(() => void)[]} */
  let watches = [];
  /** @type {any[]} */
  let changed = [];
  let heard = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let gathering;

  /** @param {any} event of a watch */
  const gather = (event) => {
    reached = event.revision;
    // what comes together is told together, also where it takes several readings
    if (Date.now() - heard > TOGETHER) changed = [];
    heard = Date.now();
    if (event.before) changed.push(event);
    else if (!event.customers.some((/** @type {any} */ customer) => customer.id === id)) return;
    gathering ??= setTimeout(() => {
      gathering = undefined;
      load(true).catch(() => refresh());
    }, GATHER);
  };

  /** @param {boolean} isLive because something changed elsewhere */
  const load = async (isLive) => {
    const turn = ++asked;
    const at = state();
    const variables = { id, asOf: asOf(at), isPast: Boolean(at.valid || at.known) };
    const answered = await ask(CUSTOMER, { ...variables, consistency: reached ? { atLeast: reached } : null });
    if (turn !== asked || !place.isConnected) return;
    facts = answered.customer;
    if (!facts) return show(place, element("h1", {}, "Not found"), element("p", {}, `There is no ${id}, or it is not shown to you.`));
    if (!watches.length) {
      const connected = (/** @type {boolean} */ is) => show(live, is ? "● live" : "○ reconnecting…");
      watches = [
        watch(CHANGES, {}, answered.revision, gather, connected),
        watch(PERMISSIONS, { customers: [id] }, answered.revision, gather),
      ];
    }
    if (isLive) say(told(changed));
    draw(facts, isLive);
  };

  /**
   * @param {Facts} facts
   * @param {boolean} isLive
   */
  const draw = (facts, isLive) => {
    const at = state();
    document.title = `${facts.name}: who may speak to it, and why (Vocero)`;
    const about = [facts.domain, facts.country, facts.cloud === "PUBLIC" ? "" : facts.cloud.replaceAll("_", " "), facts.id].filter(Boolean);
    show(heading, element("h1", {}, facts.name), element("p", { class: "quiet" }, about.join(" · "), " ", live));
    if (!heading.isConnected) {
      show(place, heading, element("div", { class: "customer-page" }, answers, panel, time.section, cells, graph.section));
    }
    strip(answers, facts);
    matrix(cells, facts, at);
    graph.draw(facts);
    void explained.update(facts, isLive);
    void time.update(facts, isLive);
  };

  const update = async () => {
    const at = state();
    const wanted = JSON.stringify([at.valid, at.known]);
    if (facts && wanted === shown) return draw(facts, false);
    shown = wanted;
    await load(false);
  };
  const leave = () => {
    asked += 1;
    clearTimeout(gathering);
    watches.forEach((stop) => stop());
    graph.leave();
  };
  return { update, leave };
}

/**
 * @param {any[]} changed differences of permissions
 * @returns {string} a sentence that says them
 */
function told(changed) {
  if (!changed.length) return "Changed just now.";
  const moves = new Map();
  for (const { communicator, topic, before, after } of changed) {
    const move = `${communicator.name}: ${word(before)} → ${word(after)}`;
    moves.set(move, [...(moves.get(move) ?? []), topic.name]);
  }
  const sentences = [...moves].map(([move, topics]) => `${move} (${topics.length > 2 ? `${topics.length} topics` : topics.join(", ")})`);
  const more = sentences.length - 3;
  return `Changed just now. ${sentences.slice(0, 3).join("; ")}${more > 0 ? `; and ${more} more` : ""}`;
}
