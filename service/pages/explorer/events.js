// @ts-check
// When something began or ended around a customer.

import { nameOf, SAYS } from "./words.js";

/** Of an event, what is shown; needs NODE beside it. */
export const EVENT = `fragment Happened on CustomerEvent {
  at kind relationship { type recordedAt from { ...Named } to { ...Named } }
}`;
const NAMED = 3;

/** @typedef {{at: string, says: string[]}} Moment */

/**
 * What happened, by instant; what somebody began or ended with several is one sentence.
 * @param {any[]} events in the order of time
 * @returns {Moment[]}
 */
export function momentsOf(events) {
  /** @type {Map<string, Map<string, string[]>>} */
  const moments = new Map();
  for (const { at, kind, relationship } of events) {
    const { type, from, to } = relationship;
    const does = `${nameOf(from)} ${kind === "ENDS" ? "no longer " : ""}${SAYS[type]}`;
    const sentences = moments.get(at) ?? new Map();
    moments.set(at, sentences.set(does, [...(sentences.get(does) ?? []), nameOf(to)]));
  }
  return [...moments].map(([at, sentences]) => ({ at, says: [...sentences].map(([does, names]) => `${does} ${listed(names)}`) }));
}

/** @param {string[]} names */
function listed(names) {
  const different = [...new Set(names)];
  if (different.length > NAMED + 1) return `${different.slice(0, NAMED).join(", ")} and ${different.length - NAMED} more`;
  return [different.slice(0, -1).join(", "), different.at(-1)].filter(Boolean).join(" and ");
}
