// @ts-check
// What is on screen is in the address, so that it can be sent to a colleague.

/**
 * @typedef {object} State
 * @property {string} page "outreach", or empty
 * @property {string} id the node that is shown, such as customer:contoso
 * @property {string} topic code of the topic that is asked about
 * @property {string} who id of the communicator whose answer is explained
 * @property {string} valid the instant asked about; empty = now
 * @property {string} known what was known at that instant; empty = all that is known now
 * @property {string} lang EN or ES, of explanations and statements
 * @property {string} open what is unfolded, separated by commas
 * @property {string} country
 * @property {string} cloud
 * @property {string} channel
 * @property {string} name
 */

/** @type {State} */
const NOTHING = {
  page: "",
  id: "",
  topic: "renewal",
  who: "",
  valid: "",
  known: "",
  lang: "EN",
  open: "",
  country: "",
  cloud: "",
  channel: "",
  name: "",
};
const OF_ONE_PAGE = { page: "", id: "", who: "", open: "", country: "", cloud: "", channel: "", name: "" };

/** @returns {State} */
export function state() {
  return { ...NOTHING, ...Object.fromEntries(new URLSearchParams(location.search)) };
}

/**
 * The address of this state with some members changed.
 * @param {Partial<State>} change
 */
export function address(change) {
  const changed = Object.entries({ ...state(), ...change }).filter(
    ([name, value]) => name in NOTHING && value !== NOTHING[/** @type {keyof State} */ (name)],
  );
  return `?${new URLSearchParams(changed).toString().replaceAll("%3A", ":")}`;
}

/**
 * The address of a node's page: topic, instants and language stay as they are.
 * @param {string} id
 * @param {Partial<State>} [change]
 */
export function addressOf(id, change = {}) {
  return address({ ...OF_ONE_PAGE, id, ...change });
}

/**
 * @param {string} to an address
 * @param {{replace?: boolean}} [how] replace = without a step for the browser's back
 */
export function go(to, { replace = false } = {}) {
  if (to === location.search) return;
  history[replace ? "replaceState" : "pushState"](null, "", to);
  dispatchEvent(new Event("statechange"));
}

/** Have the page made anew, since what it knows is not to be trusted: it may be time to sign in again. */
export function refresh() {
  dispatchEvent(new Event("refresh"));
}

/** @param {() => void} listener called whenever the state is another one */
export function follow(listener) {
  addEventListener("statechange", listener);
  addEventListener("popstate", listener);
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[href^='?']") : null;
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(link.getAttribute("href") ?? "?");
  });
}

/**
 * @param {State} at
 * @returns {{validAt?: string, knownAt?: string} | null} the argument asOf
 */
export function asOf(at) {
  if (!at.valid && !at.known) return null;
  return { ...(at.valid && { validAt: at.valid }), ...(at.known && { knownAt: at.known }) };
}
