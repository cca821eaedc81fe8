// What the `graphql-ws` client gets at the address given, as one line of JSON.
import { createClient } from "graphql-ws";
import WebSocket from "ws";

const url = process.argv[2];
const sockets = [];
const client = createClient({
  url: url.replace("http", "ws"),
  webSocketImpl: WebSocket,
  retryAttempts: 0,
  lazyCloseTimeout: 2_000,
  on: { opened: (socket) => sockets.push(socket) },
});
const first = async (payload) => {
  for await (const result of client.iterate(payload)) return result;
};
const refused = async (payload) => {
  try {
    return await first(payload);
  } catch (errors) {
    return errors;
  }
};

let hear;
const heard = new Promise((resolve) => (hear = resolve));
const { revision } = (await first({ query: "{ revision }" })).data;
const changes = "subscription ($since: Revision) { changes(since: $since) { summary revision } }";
const stop = client.subscribe(
  { query: changes, variables: { since: revision } },
  { next: hear, error: hear, complete: () => {} },
);

const error = await refused({ query: "{ nothing }" });
const unparsed = await refused({ query: "{" });
const several = await refused({ query: "query A { revision } query B { revision }" });
const query = await first({ query: "query ($id: ID!) { node(id: $id) { id } }", variables: { id: "topic:tax" } });
const named = await first({ query: "query A { revision } query B { b: revision }", operationName: "B" });

const apply = "mutation ($key: String!) { apply(idempotencyKey: $key, changes: [{ putCustomer: { key: $key } }]) { applied } }";
const applied = await first({ query: apply, variables: { key: `ws-${process.pid}-${Date.now()}` } });
const event = await heard;
stop();

const result = { error, unparsed, several, query, named: Object.keys(named.data), applied, event: Object.keys(event.data.changes) };
console.log(JSON.stringify({ ...result, connections: sockets.length }));
await client.dispose();
