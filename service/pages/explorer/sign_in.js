// @ts-check
// The form for an API key or a token.

import { authorization } from "./api.js";
import { element, show } from "./dom.js";

/**
 * @param {HTMLElement} place
 * @param {string} why what the service said
 * @param {(credential: string) => void} take
 */
export function signIn(place, why, take) {
  const field = /** @type {HTMLInputElement} */ (
    element("input", { id: "credential", type: "password", autocomplete: "off", required: true, "aria-describedby": "credential-why" })
  );
  const form = element(
    "form",
    {
      class: "sign-in",
      submit: (/** @type {Event} */ event) => {
        event.preventDefault();
        take(field.value.trim());
      },
    },
    element("label", { for: "credential" }, "API key or token"),
    field,
    element("button", {}, "Sign in"),
  );
  show(
    place,
    element("h1", {}, "Sign in"),
    element(
      "p",
      { id: "credential-why", role: authorization() ? "alert" : null },
      authorization() ? why : "This service asks who you are.",
    ),
    form,
    element("p", { class: "quiet" }, "It is kept for this tab only, and gone when you close it or sign out."),
  );
  field.focus();
}
