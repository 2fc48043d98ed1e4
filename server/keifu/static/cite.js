// The day on which a page is read, for those who cite it.
function fill() {
  const today = new Date();
  const parts = [today.getFullYear(), today.getMonth() + 1, today.getDate()];
  const day = parts.map(part => String(part).padStart(2, "0")).join("-");
  const words = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long" }).format(today);
  for (const place of document.querySelectorAll("[data-today]")) {
    place.textContent = place.dataset.words.replace("DAY", place.dataset.today === "iso" ? day : words);
  }
}
document.addEventListener("cited", fill);
fill();
