// @neo4j/graphql behind Apollo Server, at PORT, on the Neo4j that BOLT, BOLT_USER and BOLT_PASSWORD name.
import { readFileSync } from "node:fs";
import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
import { Neo4jGraphQL } from "@neo4j/graphql";
import neo4j from "neo4j-driver";

const { BOLT, BOLT_USER, BOLT_PASSWORD, PORT } = process.env;
const driver = neo4j.driver(BOLT, neo4j.auth.basic(BOLT_USER, BOLT_PASSWORD));
const typeDefs = readFileSync(new URL("neo4j_graphql.graphql", import.meta.url), "utf8");
const server = new ApolloServer({ schema: await new Neo4jGraphQL({ typeDefs, driver }).getSchema() });
await startStandaloneServer(server, {
  listen: { host: "127.0.0.1", port: Number(PORT) },
  context: async () => ({ sessionConfig: { database: "neo4j" } }),
});
