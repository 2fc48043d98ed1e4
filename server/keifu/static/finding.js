// Names offered while words are typed: an editable combobox with a list (ARIA 1.2). Without it the box searches as ever.
const PAUSE = 150; // milliseconds without a new letter before the service is asked

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
      option.dataset.address = address;
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
      const answer = await fetch(`${box.dataset.names}?${new URLSearchParams({ q: box.value })}`, { signal: asked.signal });
      offer(answer.ok ? await answer.json() : []);
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
