"""The GraphQL documents that are measured, as a front end would write them."""

CHECK = """query ($communicator: ID!, $customer: ID!, $topic: String!) {
  permission(communicator: $communicator, customer: $customer, topic: $topic, consistency: { CONSISTENCY: true }) { verdict permitted }
}"""
CHECK_FAST = CHECK.replace("CONSISTENCY", "minimizeLatency")
CHECK_FULL = CHECK.replace("CONSISTENCY", "full")

EXPLAIN = """query ($communicator: ID!, $customer: ID!, $topic: String!) {
  permission(communicator: $communicator, customer: $customer, topic: $topic) {
    verdict explanation
    rulings { scope { ... on Node { id } } standing statements { code text source } path { type from { id } to { id } } }
  }
}"""

BULK = """query ($questions: [Question!]!) {
  permissions(questions: $questions) { verdict permitted rulings { standing statements { code } } }
}"""

WHO = """query ($customer: ID!, $topic: String!) {
  permittedCommunicators(customer: $customer, topic: $topic) { communicator { id name } verdict }
}"""

CONTACTABLE = """query ($communicator: ID!, $topic: String!, $after: String) {
  node(id: $communicator) { ... on Communicator {
    contactable(topic: $topic, first: 1000, after: $after) {
      edges { node { id } permission { verdict } }
      pageInfo { hasNextPage endCursor }
    }
  } }
}"""

CUSTOMER = """query ($customer: ID!) {
  customer(id: $customer) {
    id name
    subscriptions { id offer billedBy { id name } resellers { id name providers { id name } } }
    agreements { id type }
  }
}"""

HUNDRED = """query ($customers: [ID!]!) {
  nodes(ids: $customers) { ... on Customer {
    id
    renewal: permittedCommunicators(topic: "renewal") { communicator { id } }
    incident: permittedCommunicators(topic: "incident") { communicator { id } }
    training: permittedCommunicators(topic: "training") { communicator { id } }
    upsell: permittedCommunicators(topic: "upsell") { communicator { id } }
  } }
}"""

PAGE = """query ($partner: ID!, $after: String) {
  customers(filter: { billedBy: $partner }, first: 100, after: $after) {
    edges { node { id name } }
    pageInfo { hasNextPage endCursor }
  }
}"""

REVISION = "{ revision }"
