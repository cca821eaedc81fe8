// @ts-check
// A page that shows what is changed elsewhere, at once.

import { Refused } from "./api.js";
import { element, say, show } from "./dom.js";
import { refresh } from "./state.js";
import { watch } from "./watch.js";
import { word } from "./words.js";

const LISTED = 100;
const CHANGES = `subscription Changes($since: Revision) { changes(since: $since) { revision customers(first: ${LISTED}) { id } } }`;
const PERMISSIONS = `subscription Permissions($customers: [ID!], $communicator: ID, $topics: [String!], $since: Revision) {
  permissionChanges(customers: $customers, communicator: $communicator, topics: $topics, since: $since) {
    communicator { name } customer { name } topic { name } before after revision
  }
}`;
const GATHER = 100;
const PAUSE = 1000;
const SHARE = 4;
const TOGETHER = 3000;
const MOST = 3;

/**
 * Whose permissions are watched; the rest of what changes is heard of in any case.
 * @typedef {{customers?: string[], communicator?: string, topics?: string[]}} Interest
 */

/**
 * What keeps a page up to date.
 * @param {() => Promise<void>} load reads all that is on screen anew; what it asks for has to be at the revision `consistency` says
 * @param {(difference: any) => string} whose who is named with a verdict that changed
 * @param {string} [customer] the only one that the page is about
 */
export function live(load, whose, customer) {
  const sign = element("span", { class: "live" });
  let watched = "";
  let stop = () => {};
  /** @type {string | undefined} */
  let reached;
  /** @type {any[]} */
  let changed = [];
  let heard = 0;
  let left = false;
  let rested = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let gathering;

  /** @param {number} wait */
  const reloadAfter = (wait) => {
    gathering ??= setTimeout(async () => {
      const began = Date.now();
      gathering = undefined;
      try {
        await load();
        if (!left) say(told(changed, whose));
      } catch (error) {
        if (left) return;
        // while nothing answers, what is on screen is better than nothing
        if (error instanceof Refused && error.code === "UNAVAILABLE") return reloadAfter(PAUSE);
        return refresh();
      }
      // where changes come without end, most of the time is left for others
      rested = Date.now() + Math.max(PAUSE, SHARE * (Date.now() - began));
    }, wait);
  };
  /** @param {any} event of a watch */
  const hear = (event) => {
    reached = event.revision;
    // what comes together is told together, also where it takes several readings
    if (Date.now() - heard > TOGETHER) changed = [];
    heard = Date.now();
    if (event.before) changed.push(event);
    else if (customer && event.customers.length < LISTED && !event.customers.some((/** @type {any} */ each) => each.id === customer))
      return;
    reloadAfter(Math.max(GATHER, rested - Date.now()));
  };

  return {
    sign,
    /** The argument consistency of what the page asks. */
    consistency: () => (reached ? { atLeast: reached } : null),
    /**
     * Watch from a revision on; nothing is new where the same is watched already.
     * @param {string} since
     * @param {Interest} interest
     */
    follow(since, interest) {
      const wanted = JSON.stringify(interest);
      if (watched === wanted) return;
      stop();
      watched = wanted;
      const both = [
        { document: CHANGES, tell: hear },
        { document: PERMISSIONS, variables: interest, tell: hear },
      ];
      stop = watch(both, since, (is) => show(sign, is ? "● live" : "○ reconnecting…"));
    },
    leave() {
      left = true;
      clearTimeout(gathering);
      stop();
    },
  };
}

/**
 * @param {any[]} changed differences of permissions
 * @param {(difference: any) => string} whose
 * @returns {string} a sentence that says them
 */
function told(changed, whose) {
  const moves = new Map();
  for (const each of changed) {
    const move = `${whose(each)}: ${word(each.before)} → ${word(each.after)}`;
    moves.set(move, [...(moves.get(move) ?? []), each.topic.name]);
  }
  const sentences = [...moves].map(([move, topics]) => `${move} (${topics.length > 2 ? `${topics.length} topics` : topics.join(", ")})`);
  const more = sentences.length - MOST;
  return `Changed just now. ${sentences.slice(0, MOST).join("; ")}${more > 0 ? `; and ${more} more` : ""}`.trim();
}
