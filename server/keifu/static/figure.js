// What a figure can do beyond being looked at.

// A figure as PNG: the browser draws the SVG file, which knows no fonts of its own, with the fonts it has.
const SCALE = 2; // pixels for each unit of the figure, enough for print

async function png(link) {
  const picture = new Image();
  picture.src = link.href;
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = picture.naturalWidth * SCALE;
  canvas.height = picture.naturalHeight * SCALE;
  const paper = canvas.getContext("2d");
  paper.fillStyle = "#fff";
  paper.fillRect(0, 0, canvas.width, canvas.height);
  paper.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise(done => canvas.toBlob(done, "image/png"));
  const file = document.createElement("a");
  file.href = URL.createObjectURL(blob);
  file.download = link.dataset.name + ".png";
  file.click();
  setTimeout(() => URL.revokeObjectURL(file.href), 60_000);
}

for (const link of document.querySelectorAll("a[data-figure]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.textContent = link.dataset.figure;
  button.addEventListener("click", () => png(link));
  link.after(" ", button);
}

// Browsers leave a box that is half in sight where it is, as the keyboard reaches it.
for (const frame of document.querySelectorAll(".figure .scroll")) {
  frame.addEventListener("focusin", ({ target }) => {
    if (target !== frame && target.matches(":focus-visible")) {
      target.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  });
}
