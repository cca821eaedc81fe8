import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { print } from "graphql";

/** What is wrong with a question; `code` is one of those in docs/errors.md. */
export interface Fault {
  message: string;
  path?: (string | number)[];
  extensions: { code: string };
}

/** The answer to a query or mutation; throws what is wrong with it. */
export async function ask<Data, Variables>(url: string, document: TypedDocumentNode<Data, Variables>, variables: Variables): Promise<Data> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/graphql-response+json" },
    body: JSON.stringify({ query: print(document), variables }),
  });
  const { data, errors } = (await response.json()) as { data?: Data; errors?: Fault[] };
  if (errors !== undefined || data === undefined) {
    throw new Error((errors ?? []).map((fault) => `${fault.extensions.code}: ${fault.message}`).join("\n"));
  }
  return data;
}
