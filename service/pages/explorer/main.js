// @ts-check
// The page: which part of it is shown, and what happens when it can't be.

import { authorization, keep, Refused } from "./api.js";
import { customerPage } from "./customer.js";
import { element, show } from "./dom.js";
import { finder } from "./find.js";
import { holdingPage } from "./holding.js";
import { outreachPage } from "./outreach.js";
import { partnerPage } from "./partner.js";
import { banner, faultIn, instead } from "./past.js";
import { signIn } from "./sign_in.js";
import { startPage } from "./start.js";
import { address, follow, go, state } from "./state.js";

/**
 * A page on screen. update: the state is another one, of the same node; leave: another page takes its place.
 * @typedef {{update: () => Promise<void>, leave: () => void}} Page
 */

const place = /** @type {HTMLElement} */ (document.getElementById("main"));
const past = /** @type {HTMLElement} */ (document.getElementById("past"));
const leaving = /** @type {HTMLButtonElement} */ (document.getElementById("leave"));
/** @type {Record<string, (place: HTMLElement, id: string) => Page>} */
const PAGES = { customer: customerPage, partner: partnerPage, operator: partnerPage, subscription: holdingPage, agreement: holdingPage };

/** @type {{key: string, page: Page} | undefined} */
let current;

/** Show what the address says. */
async function showState() {
  const at = state();
  const { page, id } = at;
  const key = page || id;
  banner(past, at);
  leaving.hidden = !authorization();
  for (const link of document.querySelectorAll("nav a")) {
    if (link.getAttribute("href") === `?page=${page}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const fault = faultIn(at);
  if (fault) {
    current?.page.leave();
    current = undefined;
    return show(place, ...instead(fault.says, address(fault.change), "This can't be shown"));
  }
  const isAnother = current?.key !== key;
  if (isAnother) {
    current?.page.leave();
    const make = page === "outreach" ? outreachPage : id ? PAGES[id.split(":")[0]] : startPage;
    const room = element("div", {}, element("p", {}, "Loading…")); // its own, so that one that was left doesn't write into the next
    show(place, room);
    current = make ? { key, page: make(room, id) } : undefined;
    if (!make) return show(place, ...instead(`There is no page for ${id}.`, "?"));
    scrollTo(0, 0);
  }
  const shown = current;
  try {
    place.setAttribute("aria-busy", "true");
    await shown?.page.update();
    if (isAnother && shown === current && document.activeElement?.id !== "find-text") place.focus({ preventScroll: true });
  } catch (error) {
    if (shown === current) failed(error);
  } finally {
    place.removeAttribute("aria-busy");
  }
}

/** @param {unknown} error */
function failed(error) {
  current?.page.leave();
  current = undefined;
  if (error instanceof Refused && error.code === "UNAUTHENTICATED") {
    return signIn(place, error.message, (credential) => {
      keep(credential);
      void showState();
    });
  }
  const again = element("button", { type: "button", click: () => void showState() }, "Try again");
  show(
    place,
    element("h1", {}, "This can't be shown"),
    element("p", { role: "alert" }, error instanceof Error ? error.message : ""),
    again,
    asksForWhatIsNot(error) && element("p", {}, element("a", { id: "back", href: backFrom() }, "Go back")),
  );
  if (!(error instanceof Refused)) throw error;
}

/** @param {unknown} error */
function asksForWhatIsNot(error) {
  return error instanceof Refused && ["NOT_FOUND", "BAD_INPUT"].includes(error.code);
}

/** The address without what a question may have been refused for. */
function backFrom() {
  return address({ topic: "renewal", who: "", valid: "", known: "" });
}

leaving.addEventListener("click", () => {
  keep(null);
  current?.page.leave();
  current = undefined;
  go(address({ page: "", id: "", who: "", open: "" }), { replace: true });
  void showState();
});
addEventListener("refresh", () => {
  current?.page.leave();
  current = undefined;
  void showState();
});
finder(/** @type {HTMLElement} */ (document.getElementById("find")));
follow(() => void showState());
void showState();
