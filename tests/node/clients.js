// What one client gets at the address given, by its defaults: a query, a mutation and the event that this makes, as one line of JSON.
// Arguments: the client's name, the address, a key for the change.
import { createRequire } from "node:module";
import { ApolloClient, HttpLink, InMemoryCache, gql } from "@apollo/client/core";
import * as urql5 from "@urql/core-5";
import * as urql6 from "@urql/core";
import { GraphQLClient } from "graphql-request";
import { createClient as createEvents } from "graphql-sse";
import { createClient as createSocket } from "graphql-ws";
import WebSocket from "ws";

const { Environment, Network, Observable, RecordSource, Store, commitMutation, fetchQuery, requestSubscription } =
  createRequire(import.meta.url)("relay-runtime");

const QUERY = "query Ask($id: ID!) { revision node(id: $id) { __typename id } }";
const MUTATION = `mutation Change($key: String!) {
  apply(idempotencyKey: $key, changes: [{ putCustomer: { key: $key } }]) { applied } }`;
const WATCH = "subscription Watch($since: Revision) { changes(since: $since) { summary } }";

const dataOf = ({ data, error, errors }) => {
  if (error || errors) throw error ?? new Error(JSON.stringify(errors));
  return data;
};

// Each client: ask, change and watch take a document and its variables; the first two promise data, the last calls `hear` with it.
const urql = ({ createClient, fetchExchange }) => (url) => {
  const client = createClient({ url, exchanges: [fetchExchange], fetchSubscriptions: true });
  return {
    ask: async (document, variables) => dataOf(await client.query(document, variables).toPromise()),
    change: async (document, variables) => dataOf(await client.mutation(document, variables).toPromise()),
    watch: (document, variables, hear) => client.subscription(document, variables).subscribe((result) => hear(dataOf(result))),
  };
};

const apollo = (uri) => {
  const client = new ApolloClient({ link: new HttpLink({ uri }), cache: new InMemoryCache() });
  return {
    ask: async (document, variables) => dataOf(await client.query({ query: gql(document), variables })),
    change: async (document, variables) => dataOf(await client.mutate({ mutation: gql(document), variables })),
    watch: (document, variables, hear) =>
      client.subscribe({ query: gql(document), variables }).subscribe((result) => hear(dataOf(result))),
  };
};

const iterated = (client) => {
  const first = async (query, variables) => {
    for await (const result of client.iterate({ query, variables })) return dataOf(result);
  };
  return {
    ask: first,
    change: first,
    watch: (query, variables, hear) =>
      client.subscribe({ query, variables }, { next: (result) => hear(dataOf(result)), error: fail, complete: () => {} }),
  };
};
const events = (url) => iterated(createEvents({ url }));
const socket = (url) => iterated(createSocket({ url: url.replace("http", "ws"), webSocketImpl: WebSocket }));

const request = (url) => {
  const client = new GraphQLClient(url);
  return { ask: client.request.bind(client), change: client.request.bind(client) }; // it knows no subscriptions
};

// Relay brings no transport: its documentation gives it `fetch`, and graphql-ws for subscriptions. What its compiler would write stands here.
const relay = (url) => {
  const fetched = async ({ text }, variables) => {
    const headers = { "Content-Type": "application/json" };
    return (await fetch(url, { method: "POST", headers, body: JSON.stringify({ query: text, variables }) })).json();
  };
  const client = createSocket({ url: url.replace("http", "ws"), webSocketImpl: WebSocket });
  const watched = ({ text, name }, variables) =>
    Observable.create((sink) => client.subscribe({ query: text, operationName: name, variables }, sink));
  const environment = new Environment({ network: Network.create(fetched, watched), store: new Store(new RecordSource()) });
  const scalar = (name) => ({ kind: "ScalarField", alias: null, args: null, name, storageKey: null });
  const linked = (name, of, args, ...selections) =>
    ({ kind: "LinkedField", alias: null, args, concreteType: of, name, plural: false, selections, storageKey: null });
  const given = (name) => ({ kind: "Variable", name, variableName: name });
  const compiled = (name, kind, text, variable, type, ...selections) => {
    const argumentDefinitions = [{ defaultValue: null, kind: "LocalArgument", name: variable }];
    const fragment = { argumentDefinitions, kind: "Fragment", metadata: null, name, selections, type, abstractKey: null };
    const operation = { argumentDefinitions, kind: "Operation", name, selections };
    return { fragment, kind: "Request", operation, params: { cacheID: name, id: null, metadata: {}, name, operationKind: kind, text } };
  };
  const node = linked("node", null, [given("id")], scalar("__typename"), scalar("id"));
  const query = compiled("Ask", "query", QUERY, "id", "Query", scalar("revision"), node);
  const apply = linked("apply", "ApplyPayload", [{ ...given("key"), name: "idempotencyKey" }], scalar("applied"));
  const mutation = compiled("Change", "mutation", MUTATION, "key", "Mutation", apply);
  const change = linked("changes", "GraphChange", [given("since")], scalar("summary"));
  const subscription = compiled("Watch", "subscription", WATCH, "since", "Subscription", change);
  return {
    ask: (_, variables) => fetchQuery(environment, query, variables).toPromise(),
    change: (_, variables) =>
      new Promise((onCompleted, onError) => commitMutation(environment, { mutation, variables, onCompleted, onError })),
    watch: (_, variables, onNext) => requestSubscription(environment, { subscription, variables, onNext, onError: fail }),
  };
};

const fail = (error) => {
  console.error(error);
  process.exit(1);
};

const CLIENTS = { "urql 5": urql(urql5), "urql 6": urql(urql6), apollo, relay, "graphql-request": request, "graphql-sse": events, "graphql-ws": socket };
const [name, url, key] = process.argv.slice(2);
const client = CLIENTS[name](url);
const query = await client.ask(QUERY, { id: "topic:tax" });
const heard = client.watch && new Promise((hear) => client.watch(WATCH, { since: query.revision }, hear));
const mutation = await client.change(MUTATION, { key });
console.log(JSON.stringify({ node: query.node, mutation, event: (await heard) ?? null }));
process.exit(0); // some would go on watching
