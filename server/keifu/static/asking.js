// The query page without leaving it: a query runs while its text stays, and stops when it is told to.
const field = document.getElementById("query");
const progress = document.getElementById("progress");
let running = null;

// Closing the connection is what stops a query: the server ends the work of a client that has gone.
async function run(address) {
  running?.abort();
  const mine = (running = new AbortController());
  const stop = document.createElement("button");
  stop.type = "button";
  stop.className = "button";
  stop.textContent = progress.dataset.stop;
  stop.addEventListener("click", () => mine.abort());
  progress.replaceChildren(progress.dataset.running, " ", stop);
  try {
    const answer = await fetch(address, { signal: mine.signal, headers: { Accept: "text/html" } });
    show(new DOMParser().parseFromString(await answer.text(), "text/html"), address);
    // An alert speaks for itself.
    progress.textContent = document.querySelector("#answer [role=alert]") ? "" : progress.dataset.done;
  } catch (error) {
    if (mine === running) {
      progress.textContent = error.name === "AbortError" ? progress.dataset.stopped : progress.dataset.failed;
    }
  }
}

function show(page, address) {
  if (!page.getElementById("answer")) {
    location.assign(address);
    return;
  }
  for (const id of ["answer", "cite"]) {
    document.getElementById(id).replaceWith(page.getElementById(id));
  }
  field.value = page.getElementById("query").value;
  field.dispatchEvent(new Event("answered"));
  document.dispatchEvent(new Event("cited"));
  history.pushState(null, "", address);
  document.getElementById("result")?.focus();
}

// The form of a chart is part of the answer and comes anew with each.
document.addEventListener("submit", event => {
  if (!event.target.matches("form.ask")) return;
  event.preventDefault();
  const values = new URLSearchParams(new FormData(event.target, event.submitter));
  values.set("run", "1");
  run(`${event.target.action}?${values}`);
});
addEventListener("popstate", () => location.reload());
