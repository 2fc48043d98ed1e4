// Names offered while words are typed: an editable combobox with a list (ARIA 1.2). Without it the box searches as ever.
const PAUSE = 150; // milliseconds without a new letter before the service is asked
const OFFERED = 8; // names of a copy

// As keifu.search.folding does it: width, case and how a word is written in kana do not count.
function fold(text) {
  const hiragana = letter => String.fromCharCode(letter.charCodeAt() - 0x60);
  return text.normalize("NFKC").toLowerCase().normalize("NFKC")
    .replace(/[\u30a1-\u30f6\u30fd\u30fe]/g, hiragana).replaceAll("罹", "り").trim().split(/\s+/).join(" ");
}

// What a service answers with the best names; a copy of the site, which has none, with all of them, the shortest first.
async function served(names, typed, signal) {
  const answer = await fetch(`${names}?${new URLSearchParams({ q: typed })}`, { signal });
  return answer.ok ? answer.json() : [];
}

let whole = null;

async function copied(names, typed) {
  whole ??= fetch(names).then(async answer => (await answer.json()).map(one => ({ ...one, folded: fold(one.spelling) })));
  const text = fold(typed);
  if (/^[0-9a-z]?$/.test(text)) return [];
  const rank = ({ folded }) => [folded === text, folded.startsWith(text), folded.includes(` ${text}`), true].indexOf(true);
  const found = (await whole).filter(({ folded }) => folded.includes(text)).sort((one, other) => rank(one) - rank(other));
  const seen = new Set(); // a thing may have several names
  return found.filter(({ address }) => !seen.has(address) && seen.add(address)).slice(0, OFFERED)
    .map(one => ({ ...one, spelling: fold(one.name).includes(text) ? "" : one.spelling }));
}

function begin(box) {
  const list = document.createElement("ul");
  list.id = "names";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", box.dataset.offered);
  box.after(list);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false",
  })) box.setAttribute(name, value);
  const source = new URL(box.dataset.names, document.baseURI); // what it names is addressed from there
  const find = "copied" in box.dataset ? copied : served;
  let waiting = 0;
  let asked = new AbortController();

  const active = () => list.querySelector("[aria-selected=true]");

  function choose(option) {
    active()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) box.setAttribute("aria-activedescendant", option.id);
    else box.removeAttribute("aria-activedescendant");
  }

  function open(wanted) {
    list.hidden = !wanted || !list.children.length;
    box.setAttribute("aria-expanded", String(!list.hidden));
    if (list.hidden) choose(null);
  }

  function offer(names) {
    choose(null);
    list.replaceChildren(...names.map(({ name, lang, spelling, beside, address }, number) => {
      const option = document.createElement("li");
      option.id = `name-${number}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.address = new URL(address, source);
      const called = document.createElement("span");
      called.lang = lang;
      called.textContent = name;
      const more = document.createElement("small");
      more.textContent = [spelling, beside].filter(Boolean).join(" · ");
      option.append(called, " ", more);
      return option;
    }));
    open(document.activeElement === box);
  }

  async function ask() {
    asked = new AbortController();
    try {
      offer(await find(source, box.value, asked.signal));
    } catch (error) {
      if (error.name !== "AbortError") offer([]);
    }
  }

  box.addEventListener("input", () => {
    clearTimeout(waiting);
    asked.abort();
    if (box.value.trim()) waiting = setTimeout(ask, PAUSE);
    else offer([]);
  });

  box.addEventListener("keydown", event => {
    if (event.isComposing) return; // the keys belong to the input of kana and kanji
    const options = [...list.children];
    const place = options.indexOf(active());
    const go = { ArrowDown: place + 1, ArrowUp: place < 0 ? options.length - 1 : place - 1 }[event.key];
    if (go !== undefined && options.length) {
      open(true);
      choose(options[go]); // beyond either end it is the box itself
    } else if (event.key === "Enter" && active()) {
      location.assign(active().dataset.address);
    } else if (event.key === "Escape" && !list.hidden) {
      open(false);
    } else {
      return;
    }
    event.preventDefault();
  });

  box.addEventListener("blur", () => open(false));
  list.addEventListener("mousedown", event => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", event => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.address);
  });
}

const box = document.querySelector("input[data-names]");
if (box) begin(box);

// The page for search of a copy offers names for the words that it was opened with.
const words = new URLSearchParams(location.search).get("q");
if (words && "copied" in box.dataset) {
  box.value = words;
  box.focus();
  box.dispatchEvent(new Event("input"));
}
