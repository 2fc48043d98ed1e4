// The editor of the query page: bundled by scripts/assets.py; without it the page has a plain text field.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, insertBracket } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, indentOnInput, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { sparql } from "@codemirror/legacy-modes/mode/sparql";
import { setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { completion } from "./completion.js";

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--key)", fontWeight: "bold" },
  { tag: tags.standard(tags.variableName), color: "var(--key)" },
  { tag: tags.local(tags.variableName), color: "var(--orange)" },
  { tag: tags.atom, color: "var(--link-visited)" },
  { tag: tags.string, color: "var(--green)" },
  { tag: tags.meta, color: "var(--green)" },
  { tag: tags.comment, color: "var(--quiet)", fontStyle: "italic" },
]);

const look = EditorView.theme({
  "&": { marginTop: "0.25rem", background: "var(--paper)", color: "var(--ink)", border: "1px solid var(--line)", borderRadius: "0.5rem", fontSize: "0.875rem" },
  "&.cm-focused": { outline: "4px solid var(--focus-ring)", outlineOffset: "2px", boxShadow: "0 0 0 2px var(--focus-wash)" },
  ".cm-scroller": { minHeight: "16rem", maxHeight: "70vh", fontFamily: "var(--mono)", lineHeight: "1.6", borderRadius: "inherit" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-gutters": { background: "var(--wash)", color: "var(--quiet)", borderColor: "var(--hair)" },
  ".cm-activeLine": { background: "transparent" },
  "&.cm-focused .cm-activeLine": { background: "color-mix(in srgb, var(--key-wash) 60%, transparent)" },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": { background: "var(--mark)" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--red)" },
  ".cm-diagnostic-error": { borderColor: "var(--red)", fontFamily: "var(--sans)" },
  ".cm-tooltip": { background: "var(--paper)", color: "var(--ink)", border: "1px solid var(--line)", maxWidth: "min(32rem, 90vw)" },
  ".cm-tooltip.cm-completionInfo": { padding: "0.5rem 0.75rem", fontFamily: "var(--sans)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxHeight: "16rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.25rem 0.5rem", lineHeight: "1.5" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { background: "var(--key)", color: "var(--on-key)" },
  ".cm-completionDetail": { marginLeft: "0.75rem", fontFamily: "var(--sans)", fontStyle: "normal" },
});

// A browser that replaces selected text itself tries to keep its style, which the policy of the page forbids.
function beforeinput(event, view) {
  if (event.inputType !== "insertText" || view.state.selection.main.empty) return false;
  const { state } = view;
  view.dispatch(insertBracket(state, event.data) ?? state.update(state.replaceSelection(event.data), { userEvent: "input.type" }));
  event.preventDefault();
  return true;
}

const field = document.getElementById("query");
const label = document.querySelector("label[for=query]");
const host = document.createElement("div");
field.before(host);
field.hidden = true;

// In a shadow root CodeMirror writes its rules to an adopted style sheet, which needs no exception from the policy of the page.
const root = host.attachShadow({ mode: "open" });
const view = new EditorView({
  root,
  parent: root,
  state: EditorState.create({
    doc: field.value,
    extensions: [
      lineNumbers(),
      history(),
      indentOnInput(),
      bracketMatching(),
      closeBrackets(),
      highlightActiveLine(),
      EditorView.lineWrapping,
      StreamLanguage.define(sparql),
      syntaxHighlighting(colours),
      autocompletion({ override: [completion(field.dataset.terms)], icons: false }),
      keymap.of([
        { key: "Mod-Enter", run: () => (field.form.requestSubmit(), true) },
        ...closeBracketsKeymap,
        ...completionKeymap,
        ...historyKeymap,
        ...defaultKeymap,
      ]),
      EditorView.contentAttributes.of({ "aria-label": label.textContent, autocapitalize: "none", tabindex: "0" }),
      EditorView.updateListener.of(update => {
        if (update.docChanged) field.value = update.state.doc.toString();
      }),
      EditorView.domEventHandlers({ beforeinput }),
      look,
    ],
  }),
});
const keys = document.createElement("p");
keys.className = "quiet";
keys.textContent = field.dataset.keys;
host.after(keys);
label.addEventListener("click", () => view.focus());

// What was answered says where the query is wrong; the form for the values of a query changes its text.
function follow() {
  const text = field.value;
  if (text !== view.state.doc.toString()) {
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
  }
  const { line, column, message } = document.getElementById("answer").dataset;
  const wrong = [];
  if (line && line <= view.state.doc.lines) {
    const { from, to } = view.state.doc.line(Number(line));
    // What is missing at the end of a line is marked at its last letter.
    const start = Math.max(from, Math.min(from + Number(column) - 1, to - 1));
    wrong.push({ from: start, to: Math.min(start + 1, to), severity: "error", message });
  }
  view.dispatch(setDiagnostics(view.state, wrong));
}
field.addEventListener("answered", follow);
follow();
