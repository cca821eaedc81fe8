// @ts-check
// Changes as they happen, over graphql-transport-ws; a connection that breaks is made again and goes on where it was.

import { authorization } from "./api.js";
import { refresh } from "./state.js";

const FIRST_WAIT = 300;
const LONGEST_WAIT = 5000;
const NOT_ALLOWED = [4401, 4403];

/**
 * A subscription with the variable $since, whose one root field has a revision; tell is called with each event.
 * @typedef {{document: string, variables?: Record<string, unknown>, tell: (event: any) => void}} Watched
 */

/**
 * Watch until the returned function is called.
 * @param {Watched[]} watched
 * @param {string} since the revision that is on screen
 * @param {(live: boolean) => void} connected called when the connection stands, and when it doesn't
 * @returns {() => void}
 */
export function watch(watched, since, connected) {
  const reached = watched.map(() => since);
  let wait = FIRST_WAIT;
  let ended = false;
  /** @type {WebSocket | undefined} */
  let socket;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;

  const connect = () => {
    const address = new URL("/graphql", location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const opened = new WebSocket(address, "graphql-transport-ws");
    const began = Date.now();
    socket = opened;
    /** @param {object} message */
    const send = (message) => opened.send(JSON.stringify(message));
    opened.onopen = () => send({ type: "connection_init", payload: { authorization: authorization() ?? "" } });
    opened.onmessage = ({ data }) => {
      const { type, id, payload } = JSON.parse(data);
      if (type === "ping") send({ type: "pong" });
      if (type === "connection_ack") {
        watched.forEach(({ document, variables }, place) =>
          send({ id: String(place), type: "subscribe", payload: { query: document, variables: { ...variables, since: reached[place] } } }),
        );
        connected(true);
      }
      if (type === "next" && payload.data) {
        const event = Object.values(payload.data)[0];
        reached[Number(id)] = event.revision;
        watched[Number(id)].tell(event);
      }
      // a revision that is not known any more: nothing on screen can be gone on from
      if (type === "error" && payload[0]?.extensions?.code === "BAD_INPUT") refresh();
      else if (type === "error" || type === "complete") opened.close(1000);
    };
    opened.onclose = ({ code }) => {
      if (ended) return;
      connected(false);
      if (NOT_ALLOWED.includes(code)) return refresh();
      if (Date.now() - began > LONGEST_WAIT) wait = FIRST_WAIT;
      waiting = setTimeout(connect, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    };
  };

  connect();
  return () => {
    ended = true;
    clearTimeout(waiting);
    const leaving = socket;
    // closed before it stands, it would be a complaint in the console
    if (socket?.readyState === WebSocket.CONNECTING) socket.onopen = () => leaving?.close(1000);
    else socket?.close(1000);
  };
}
