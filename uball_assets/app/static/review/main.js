// The review page. Everything meets here, and nothing else is done here.

import { actionsOf } from "./actions.js";
import { Closing } from "./closing.js";
import { Desk } from "./desk.js";
import { byId, dataIn, el } from "./dom.js";
import { Theatre } from "./film/theatre.js";
import { Timeline } from "./film/timeline.js";
import * as kept from "./kept.js";
import { ACTIONS, Keys, written } from "./keys.js";
import { Outbox } from "./outbox.js";
import { Picker } from "./picker.js";
import { Queue } from "./queue.js";
import { Server } from "./server.js";
import { Sitting } from "./sitting.js";
import { labelName, warn } from "./speech.js";
import { Troubles } from "./trouble.js";

const WISHES = "uball-review:wishes";

const start = dataIn("start");
const wishes = { rate: 1, loops: true, sound: false, view: "FAR", keys: true, ...kept.get(WISHES, {}) };
const keepWishes = () => kept.put(WISHES, wishes);

const server = new Server(() => sitting.reviewer);
const outbox = new Outbox((entry) => server.send(entry), start.reviewer);
const queue = new Queue(server, outbox, start.game_id);
const sitting = new Sitting({ keyName: start.reviewer, wishes, server, outbox, queue });
sitting.furnish({
  closing: new Closing(server, () => sitting.reviewer),
  timeline: new Timeline((game_s) => sitting.player.scrub(game_s)),
  theatre: new Theatre(byId("stage"), wishes, server.frames, () => sitting.drawFilm()),
  desk: new Desk({
    onLabel: (label) => sitting.chooseLabel(label),
    onNote: (note) => sitting.item && sitting.change("note", note),
    onPart: (active) => sitting.set({ ...sitting.draft, active }),
  }),
});
const troubles = new Troubles(sitting);
const perform = actionsOf({ sitting, troubles, picker: new Picker(), keepWishes });

function nameButtons() {
  for (const { name, keys, words } of ACTIONS) {
    const button = document.querySelector(`[data-action="${name}"]`);
    if (!button) continue;
    button.append(el("kbd", { text: written(keys[0]), "aria-hidden": "true" }));
    button.setAttribute("aria-keyshortcuts", keys.map((key) => (key === " " ? "Space" : key)).join(" "));
    button.title = words;
    button.addEventListener("click", () => perform(name));
  }
}

function writeHelp(actions) {
  const row = ({ keys, words }) => el("div", {}, el("dt", {}, ...keys.map((key) => el("kbd", { text: written(key) }))), el("dd", { text: words }));
  const part = (group) => el("section", {}, el("h3", { text: group }), el("dl", {}, ...actions.filter((each) => each.group === group).map(row)));
  byId("help-list").replaceChildren(...[...new Set(actions.map(({ group }) => group))].map(part));
}

function listen(keys) {
  let drawing = null;
  outbox.addEventListener("changed", () => {
    clearTimeout(drawing);
    drawing = setTimeout(() => sitting.draw(), 0);
  });
  outbox.addEventListener("saved", ({ detail: { entry, item } }) => {
    if (entry.item_id === null) queue.nameDecided(entry.key, item.item_id);
    else queue.replace(item);
  });
  byId("keys-switch").addEventListener("click", () => {
    wishes.keys = keys.isOn = !wishes.keys;
    keepWishes();
    sitting.drawProgress();
  });
  byId("reviewer").addEventListener("click", () => sitting.askName());
  byId("stage").addEventListener("click", ({ target }) => sitting.player?.click(target) && keepWishes());
  byId("stage").addEventListener("dblclick", (event) => sitting.player?.zoomAt(event));
  document.addEventListener("click", ({ detail, target }) => detail && target.closest("button")?.blur()); // a mouse or finger leaves the keys to the page
}

async function begin() {
  nameButtons();
  sitting.drawProgress();
  const { labels } = await server.labels();
  const ofLabels = labels.map(({ label, key }) => ({ name: label, keys: key ? [key] : [], group: "Label", words: labelName(label) }));
  const keys = new Keys([...ACTIONS, ...ofLabels], perform);
  keys.isOn = wishes.keys;
  writeHelp([...ACTIONS, ...ofLabels]);
  sitting.desk.drawLabels(labels);
  listen(keys);
  await queue.more();
  const asked = decodeURIComponent(location.hash.slice(1));
  if (asked) await queue.find(asked).then((item) => queue.goTo(item), () => {});
  if (queue.current) sitting.show();
  else await sitting.advance();
  if (!sitting.reviewer) sitting.askName();
  troubles.face();
}

begin().finally(() => outbox.run()).catch((error) => {
  sitting.desk.drawEmpty(`The queue cannot be read: ${error.message}. Reload to try again.`);
  warn(byId("stage-words").textContent);
});
