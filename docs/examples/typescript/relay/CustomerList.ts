import { graphql } from "relay-runtime";

/** A page of customers, refetched by Relay as the reader goes on. */
export const customerList = graphql`
  fragment CustomerList on Query
  @argumentDefinitions(count: { type: "Int", defaultValue: 20 }, cursor: { type: "String" })
  @refetchable(queryName: "CustomerListNextPage") {
    customers(first: $count, after: $cursor) @connection(key: "CustomerList_customers") {
      edges {
        node {
          ...CustomerName
        }
      }
    }
  }
`;

/**
 * What a row shows. Not @refetchable itself: for that the Relay compiler wants a field `node` without any argument but `id`, and ours
 * takes a `consistency` too. A fragment on Query that asks `customer(id: $id)` can be refetched.
 */
export const customerName = graphql`
  fragment CustomerName on Customer {
    name
    permittedCommunicators(topic: "renewal") {
      communicator {
        id
        name
      }
      verdict
    }
  }
`;
