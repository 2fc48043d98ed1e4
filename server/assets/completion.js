// What completes a query: the prefixes, classes and properties of this dataset, its own variables, and the words of SPARQL.

const WORDS = (
  "SELECT DISTINCT WHERE PREFIX FILTER OPTIONAL UNION MINUS GRAPH VALUES BIND ORDER BY GROUP BY HAVING LIMIT OFFSET" +
  " CONSTRUCT DESCRIBE ASK FROM EXISTS NOT IN AS ASC DESC UNDEF COUNT SUM AVG MIN MAX SAMPLE GROUP_CONCAT LANG" +
  " LANGMATCHES STR DATATYPE BOUND IRI REGEX CONTAINS STRSTARTS STRENDS STRLEN SUBSTR REPLACE CONCAT LCASE UCASE" +
  " YEAR MONTH DAY COALESCE IF isIRI isLiteral isNumeric"
).split(" ");
const TYPE = /^(a|rdf:type)$/;
const TOKEN = /#[^\n]*|"""[^]*?"""|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|<[^<>\s]*>|[{}()\[\];,]|\.(?=\s|\}|$)|(?:[^\s{}()\[\];,.<"'#]|\.(?!\s|\}|$))+/g;

// The place of the last token among subject, predicate and object, its subject, and the classes that subjects are given.
export function read(text) {
  const classes = new Map();
  let triple = [];
  let depth = 0;
  for (const [token] of text.matchAll(TOKEN)) {
    if (token.startsWith("#")) continue;
    if (token === "(") depth += 1;
    else if (token === ")") depth = Math.max(0, depth - 1);
    else if (depth) continue;
    else if (/^(\.|\{|\}|\]|FILTER|OPTIONAL|WHERE|UNION|MINUS)$/i.test(token)) triple = [];
    else if (token === "[") triple = ["[]"];
    else if (token === ";") triple = triple.slice(0, 1);
    else if (token === ",") triple = triple.slice(0, 2);
    else triple.push(token);
    if (triple.length === 3 && TYPE.test(triple[1])) {
      classes.set(triple[0], [...(classes.get(triple[0]) ?? []), triple[2]]);
    }
  }
  return { triple, depth, classes };
}

function shown(term, known, kind) {
  return {
    label: `${term.name} ${term.label}`,
    displayLabel: term.name,
    detail: term.label,
    info: term.text || undefined,
    type: kind,
    boost: Math.min(50, Math.log2(1 + term.count) * 3),
    apply: (view, _, from, to) => insert(view, term.name, from, to, known),
  };
}

// A name, with the PREFIX line that it needs where the query has none.
function insert(view, name, from, to, known) {
  const prefix = name.split(":")[0];
  const line = `PREFIX ${prefix}: <${known.prefixes[prefix]}>\n`;
  const declared = new RegExp(`\\bPREFIX\\s+${prefix}:`, "i").test(view.state.doc.toString());
  const head = declared ? "" : line;
  view.dispatch({
    changes: [{ from: 0, insert: head }, { from, to, insert: name }],
    selection: { anchor: head.length + from + name.length },
    userEvent: "input.complete",
  });
}

export function options(text, upTo, known) {
  const { triple, depth } = read(upTo);
  const classes = known.classes.map(term => shown(term, known, "class"));
  if (TYPE.test(triple[1] ?? "") && triple.length === 2) return classes;
  const given = (read(text).classes.get(triple[0]) ?? [])
    .map(name => known.classes.find(term => term.name === name))
    .filter(Boolean);
  const fits = new Set(given.flatMap(term => term.properties));
  const properties = known.properties
    .filter((_, number) => !fits.size || fits.has(number))
    .map(term => shown(term, known, "property"));
  if (triple.length === 1 && !depth) return properties;
  const words = WORDS.map(label => ({ label, type: "keyword" }));
  return [...words, ...classes, ...properties];
}

export function completion(address) {
  let asked;
  return async context => {
    const word = context.matchBefore(/[?$][\w]*|[\p{L}\p{N}_-]*:?[\p{L}\p{N}_-]*/u);
    if (!context.explicit && word.from === word.to) return null;
    const text = context.state.doc.toString();
    const upTo = text.slice(0, word.from);
    const validFor = /^[?$]?[\p{L}\p{N}_:-]*$/u;
    if (/^[?$]/.test(word.text)) {
      const names = new Set(text.match(/[?$]\w+/g));
      names.delete(word.text);
      return { from: word.from, options: [...names].map(label => ({ label, type: "variable" })), validFor };
    }
    asked ??= fetch(address).then(answer => answer.json());
    const known = await asked;
    if (/\bPREFIX\s+$/i.test(upTo)) {
      const prefixes = Object.entries(known.prefixes);
      return { from: word.from, options: prefixes.map(([name, iri]) => ({ label: `${name}: <${iri}>`, type: "namespace" })) };
    }
    return { from: word.from, options: options(text, upTo, known), validFor };
  };
}
