// May this partner speak to this customer about renewals, and when does that change?
// node dist/index.js [URL [COMMUNICATOR CUSTOMER]]: ends after the first change; without the service's demo world give ids of your own.
import { print } from "graphql";
import { createClient } from "graphql-ws";
import WebSocket from "ws";

import { ask } from "./ask.js";
import { graphql } from "./gql/gql.js";
import type { PermissionChangesSubscription } from "./gql/graphql.js";

const MAY = graphql(`
  query May($communicator: ID!, $customer: ID!, $topic: String!) {
    permission(communicator: $communicator, customer: $customer, topic: $topic) {
      verdict
      explanation
      revision
    }
  }
`);
const WATCH = graphql(`
  subscription PermissionChanges($communicator: ID!, $customers: [ID!], $topics: [String!], $since: Revision) {
    permissionChanges(communicator: $communicator, customers: $customers, topics: $topics, since: $since) {
      before
      after
      at
      revision
    }
  }
`);

const [url = "http://127.0.0.1:8000/graphql", communicator = "partner:fabrikam", customer = "customer:contoso"] = process.argv.slice(2);
const topic = "renewal";

const { permission } = await ask(url, MAY, { communicator, customer, topic });
console.log(`${permission?.verdict}: ${permission?.explanation}`);

const client = createClient({ url: url.replace(/^http/, "ws"), webSocketImpl: WebSocket });
const changes = client.iterate<PermissionChangesSubscription>({
  query: print(WATCH),
  variables: { communicator, customers: [customer], topics: [topic], since: permission?.revision },
});
console.log("watching");
for await (const { data, errors } of changes) {
  if (errors !== undefined) throw new Error(errors.map((error) => error.message).join("\n"));
  const changed = data?.permissionChanges;
  console.log(`${changed?.before} -> ${changed?.after} at ${changed?.at}`);
  break;
}
await client.dispose();
