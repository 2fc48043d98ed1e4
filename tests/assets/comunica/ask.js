// Asks an endpoint each of the queries on standard input (a list in JSON) and prints the answers (a list of texts).
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { QueryEngine } from "@comunica/query-sparql";

const engine = new QueryEngine();
const sources = [{ type: "sparql", value: process.argv[2] }];
const types = {
  bindings: "application/sparql-results+json",
  boolean: "application/sparql-results+json",
  quads: "application/n-triples",
};
const answers = [];
for (const query of JSON.parse(readFileSync(0, "utf8"))) {
  const result = await engine.query(query, { sources });
  answers.push(await text((await engine.resultToString(result, types[result.resultType])).data));
}
console.log(JSON.stringify(answers));
