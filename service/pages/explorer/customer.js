// @ts-check
// A customer: who owns what, who may speak about what, and when that was so.

import { answerPanel } from "./answer.js";
import { ask } from "./api.js";
import { element, show } from "./dom.js";
import { drawing } from "./drawing.js";
import { EVENT } from "./events.js";
import { live } from "./live.js";
import { matrix } from "./matrix.js";
import { unknown } from "./past.js";
import { asOf, state } from "./state.js";
import { strip } from "./strip.js";
import { timeline } from "./timeline.js";
import { NODE } from "./words.js";

const RELATIONSHIP = `fragment Drawn on Relationship { id type kind validFrom validTo from { ...Named } to { ...Named } }`;
const MATRIX = `fragment Verdicts on PermissionMatrix {
  topics { code category name } communicators { ...Named } verdicts
}`;
const CUSTOMER = `${NODE} ${RELATIONSHIP} ${MATRIX} ${EVENT}
query Customer($id: ID!, $asOf: AsOf, $knownAt: DateTime, $isPast: Boolean!, $consistency: Consistency) {
  revision
  customer(id: $id, consistency: $consistency) {
    id name domain country cloud
    relationships(asOf: $asOf) { ...Drawn }
    permissionMatrix(asOf: $asOf) { ...Verdicts }
    events(knownAt: $knownAt) { ...Happened }
    today: relationships @include(if: $isPast) { ...Drawn }
    matrixToday: permissionMatrix @include(if: $isPast) { ...Verdicts }
  }
}`;

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
 * @property {any[]} events
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
  const time = timeline();
  const explained = answerPanel(panel, (path) => graph.light(path));
  const following = live(
    () => load(true),
    ({ communicator }) => communicator.name,
    id,
  );
  /** @type {Facts | undefined} */
  let facts;
  let shown = "";
  let asked = 0;

  /** @param {boolean} isLive because something changed elsewhere */
  const load = async (isLive) => {
    const turn = ++asked;
    const at = state();
    const variables = { id, asOf: asOf(at), knownAt: at.known || null, isPast: Boolean(at.valid || at.known) };
    const answered = await ask(CUSTOMER, { ...variables, consistency: following.consistency() });
    if (turn !== asked || !place.isConnected) return;
    facts = answered.customer;
    if (!facts) return show(place, ...unknown(id));
    following.follow(answered.revision, { customers: [id] });
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
    show(heading, element("h1", {}, facts.name), element("p", { class: "quiet" }, about.join(" · "), " ", following.sign));
    if (!heading.isConnected) {
      show(place, heading, element("div", { class: "customer-page" }, answers, panel, time.section, cells, graph.section));
    }
    strip(answers, facts);
    matrix(cells, facts, at);
    graph.draw(facts);
    void explained.update(facts, isLive);
    time.update(facts.events);
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
    following.leave();
    graph.leave();
  };
  return { update, leave };
}
