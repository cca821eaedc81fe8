// @ts-check
// Questions to /graphql, with the credential of whoever signed in, kept for this tab only.

const CREDENTIAL = "vocero.credential";
const WAITS = [400, 1500];

/** An answer that is an error; code as docs/errors.md lists them. */
export class Refused extends Error {
  /**
   * @param {string} message
   * @param {string} code
   */
  constructor(message, code) {
    super(message);
    this.code = code;
  }
}

/** @returns {string | null} value of the header Authorization */
export function authorization() {
  const credential = sessionStorage.getItem(CREDENTIAL);
  return credential && `Bearer ${credential}`;
}

/** @param {string | null} credential a key or token; null = forget it */
export function keep(credential) {
  if (credential) sessionStorage.setItem(CREDENTIAL, credential);
  else sessionStorage.removeItem(CREDENTIAL);
}

/**
 * The data of the answer. What can't be answered now is asked again, a little later.
 * Throws Refused; UNAUTHENTICATED where a sign-in is needed.
 * @param {string} document
 * @param {Record<string, unknown>} [variables]
 * @returns {Promise<any>}
 */
export async function ask(document, variables = {}) {
  for (const wait of WAITS) {
    try {
      return await askOnce(document, variables);
    } catch (error) {
      if (!(error instanceof Refused && error.code === "UNAVAILABLE")) throw error;
      await new Promise((go) => setTimeout(go, wait));
    }
  }
  return askOnce(document, variables);
}

/**
 * @param {string} document
 * @param {Record<string, unknown>} variables
 * @returns {Promise<any>}
 */
async function askOnce(document, variables) {
  const bearer = authorization();
  /** @type {Response} */
  let response;
  try {
    response = await fetch("/graphql", {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", ...(bearer && { Authorization: bearer }) },
      body: JSON.stringify({ query: document, variables }),
    });
  } catch {
    throw new Refused("the service can't be reached", "UNAVAILABLE");
  }
  const body = await response.json().catch(() => ({}));
  if (body.errors) throw new Refused(body.errors[0].message, body.errors[0].extensions?.code ?? "INTERNAL");
  if (!response.ok) throw new Refused(`the service answers ${response.status}`, response.status === 401 ? "UNAUTHENTICATED" : "INTERNAL");
  return body.data;
}
