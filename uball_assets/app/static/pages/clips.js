// A play's clips over the page, a click away. Without scripts the link leads to the play's own page.

const dialog = document.createElement("dialog");
dialog.className = "clips";
dialog.setAttribute("aria-labelledby", "clips-title");
document.body.append(dialog);

const links = [...document.querySelectorAll("a[data-clips]")];
let shown = -1;

function element(name, text = "", className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
}

function button(text, press, disabled = false) {
  const made = element("button", text);
  made.type = "button";
  made.disabled = disabled;
  made.addEventListener("click", press);
  return made;
}

function video(link, camera) {
  const film = document.createElement("video");
  Object.assign(film, { controls: true, loop: true, muted: true, autoplay: true, playsInline: true });
  const { game, play } = link.dataset;
  film.src = `/games/${encodeURIComponent(game)}/clips/${encodeURIComponent(play)}/${camera}.mp4`;
  const figure = element("figure");
  figure.append(film, element("figcaption", camera));
  return figure;
}

function show(place) {
  const link = links[place];
  if (!link) return;
  shown = place;
  const title = element("h2", link.dataset.title);
  title.id = "clips-title";
  const films = element("div", "", "beside videos");
  films.append(...link.dataset.clips.split(" ").map((camera) => video(link, camera)));
  const all = element("a", "Everything about this play");
  all.href = link.href;
  const close = button("Close", () => dialog.close());
  const row = element("div", "", "row");
  row.append(
    button("Before", () => show(neighbour(-1)), neighbour(-1) < 0),
    button("Next", () => show(neighbour(1)), neighbour(1) < 0),
    all,
    close,
  );
  dialog.replaceChildren(title, films, row);
  if (!dialog.open) dialog.showModal();
  close.focus(); // not the first film, which keeps the arrow keys for itself
}

/** The next link that is shown, or -1: rows may be hidden by the box above the table. */
function neighbour(step) {
  for (let place = shown + step; links[place]; place += step)
    if (links[place].offsetParent) return place;
  return -1;
}

dialog.addEventListener("close", () => {
  dialog.replaceChildren();
  links[shown]?.focus();
});
dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close();
});
dialog.addEventListener("keydown", (event) => {
  if (event.target.closest("video")) return;
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const place = step ? neighbour(step) : -1;
  if (place >= 0) show(place);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-clips]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  show(links.indexOf(link));
});
