// @ts-check
// When something began or ended around a customer.

import { ask } from "./api.js";
import { nameOf, NODE, SAYS } from "./words.js";

const RECORD = `fragment Record on Relationship { id type validFrom validTo recordedAt supersededAt from { ...Named } to { ...Named } }`;
const NOW = `${NODE} ${RECORD}
query Histories($id: ID!) { customer(id: $id) { relationships { ...Record } subscriptions { id history { ...Record } } } }`;
const ROUNDS = 3;
const AT_ONCE = 12;
const YEAR = 31_557_600_000;

/** @typedef {{at: string, says: string[]}} Event */

/**
 * The records around a customer. The API tells relationships at an instant: so it is asked again wherever one is found to begin or to end.
 * @param {string} customer
 * @returns {Promise<any[]>}
 */
export async function recordsOf(customer) {
  const { customer: found } = await ask(NOW, { id: customer });
  if (!found) return [];
  /** @type {Map<string, any>} */
  const records = new Map();
  /** @param {any[]} some */
  const keep = (some) => some.filter(({ validFrom }) => validFrom > "1900").forEach((each) => records.set(each.id, each));
  keep([...found.relationships, ...found.subscriptions.flatMap((/** @type {any} */ each) => each.history)]);
  const asked = new Set();
  for (let round = 0; round < ROUNDS; round += 1) {
    const wanted = [...new Set([...(round ? [] : probes()), ...[...records.values()].flatMap(turns)])]
      .filter((each) => !asked.has(each))
      .slice(0, AT_ONCE);
    if (!wanted.length) break;
    wanted.forEach((each) => asked.add(each));
    const fields = wanted.map((each, place) => `at${place}: relationships(asOf: {validAt: "${each}"}) { ...Record }`);
    const answered = await ask(`${NODE} ${RECORD} query Before($id: ID!) { customer(id: $id) { ${fields.join(" ")} } }`, { id: customer });
    keep(Object.values(answered.customer ?? {}).flat());
  }
  return [...records.values()];
}

/**
 * What happened, as known at an instant, in the order of time.
 * @param {any[]} records
 * @param {string} known empty = now
 * @returns {Event[]}
 */
export function eventsOf(records, known) {
  const at = known ? Date.parse(known) : Infinity;
  /** @type {Map<string, string[]>} */
  const events = new Map();
  /**
   * @param {string | null} instant
   * @param {string} says
   */
  const add = (instant, says) => instant && events.set(instant, [...(events.get(instant) ?? []), says]);
  for (const { type, from, to, validFrom, validTo, recordedAt, supersededAt } of records) {
    if (Date.parse(recordedAt) > at || (supersededAt && Date.parse(supersededAt) <= at)) continue;
    const tie = `${nameOf(from)} ${SAYS[type]} ${nameOf(to)}`;
    add(validFrom, `${tie}: begins`);
    add(validTo, `${tie}: ends`);
  }
  return [...events]
    .map(([at, says]) => ({ at, says: [...new Set(says)] }))
    .sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
}

/**
 * When the service learned something.
 * @param {any[]} records
 * @returns {string[]}
 */
export function learned(records) {
  const instants = records.flatMap(({ recordedAt, supersededAt }) => [recordedAt, supersededAt]).filter((each) => each && each > "1900");
  return [...new Set(instants)].sort();
}

/** Instants at which there may be something that today doesn't lead to. */
function probes() {
  return [-3, -2, -1, -0.5, 0.25, 1].map((years) => new Date(Date.now() + years * YEAR).toISOString());
}

/**
 * @param {any} record
 * @returns {string[]} just before it begins, and when it ends
 */
function turns({ validFrom, validTo }) {
  return [new Date(Date.parse(validFrom) - 1).toISOString(), ...(validTo ? [validTo] : [])];
}
