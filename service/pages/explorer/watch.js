// @ts-check
// Changes as they happen, over graphql-transport-ws; a connection that breaks is made again and goes on where it was.

import { authorization } from "./api.js";
import { refresh } from "./state.js";

const FIRST_WAIT = 300;
const LONGEST_WAIT = 5000;
const NOT_ALLOWED = [4401, 4403];

/**
 * Watch until the returned function is called.
 * @param {string} document a subscription with the variable $since, whose one root field has a revision
 * @param {Record<string, unknown>} variables
 * @param {string} since the revision that is on screen
 * @param {(event: any) => void} tell called with each event
 * @param {(live: boolean) => void} [connected] called when the connection stands, and when it doesn't
 * @returns {() => void}
 */
export function watch(document, variables, since, tell, connected = () => {}) {
  let last = since;
  let wait = FIRST_WAIT;
  let ended = false;
  /** @type {WebSocket | undefined} */
  let socket;

  const connect = () => {
    const address = new URL("/graphql", location.href);
    address.protocol = address.protocol.replace("http", "ws");
    socket = new WebSocket(address, "graphql-transport-ws");
    const opened = socket;
    /** @param {object} message */
    const send = (message) => opened.send(JSON.stringify(message));
    opened.onopen = () => send({ type: "connection_init", payload: { authorization: authorization() ?? "" } });
    opened.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      if (message.type === "ping") send({ type: "pong" });
      if (message.type === "connection_ack") {
        wait = FIRST_WAIT;
        send({ id: "1", type: "subscribe", payload: { query: document, variables: { ...variables, since: last } } });
        connected(true);
      }
      if (message.type === "next" && message.payload.data) {
        const event = Object.values(message.payload.data)[0];
        last = event.revision;
        tell(event);
      }
    };
    opened.onclose = ({ code }) => {
      if (ended) return;
      connected(false);
      if (NOT_ALLOWED.includes(code)) return refresh();
      setTimeout(() => ended || connect(), wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    };
  };

  connect();
  return () => {
    ended = true;
    socket?.close(1000);
  };
}
