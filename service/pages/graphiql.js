// GraphiQL on this service. What a visitor first sees is a question that the demo world answers.
"use strict";

const FIRST_QUESTION = `# Who may speak to this customer about this topic, and why?
query WhoMaySpeak {
  permittedCommunicators(customer: "customer:contoso", topic: "renewal") {
    communicator { id name }
    verdict
    explanation
    rulings {
      standing
      statements { code text source }
      interpretation { name text }
      path { type from { id } to { id } validFrom }
    }
  }
}
`;

// headers: those of the editor, where a visitor writes {"Authorization": "Bearer …"}
const fetcher = async (question, { headers = {} } = {}) => {
  const response = await fetch("/graphql", {
    method: "POST",
    headers: { ...headers, "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(question),
  });
  return response.json();
};

ReactDOM.createRoot(document.getElementById("graphiql")).render(
  React.createElement(GraphiQL, { fetcher, defaultQuery: FIRST_QUESTION, shouldPersistHeaders: false }),
);
