// What is kept of a review that went on elsewhere: had anew, and put into the cards of the page that is open.
// It changes the cards and nothing else: what is sent, and when, is decided in review.js.

import { answerIn } from "./review_cards.js";

// By form: what is kept of it, as far as this page knows.
export const keeps = new WeakMap();

// By form: what this page sent of it and had no answer to. It may be kept, and is then no one else's.
export const unheard = new WeakMap();

export function notHeard(form, sent) {
  unheard.set(form, (unheard.get(form) || new Set()).add(sent));
}

// The page may stand under the address of a form that it answered.
export const home = location.pathname.replace(/^(\/seats\/\d+).*/, "$1");

// The page as it is now, with what changed since that step marked; null where it cannot be had.
export async function freshPage(step) {
  try {
    const answer = await fetch(`${home}?since=${encodeURIComponent(step)}`, {
      headers: { Accept: "text/html", "HX-Request": "true" },
      signal: AbortSignal.timeout(30000),
    });
    if (!answer.ok) return null;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.getElementById("review") ? page : null;
  } catch {
    return null;
  }
}

const formOf = (card) => card.querySelector("form.answer");
const keyOf = (card) => formOf(card).querySelector("[name=item]").value;
const isMissed = (card) => keyOf(card).startsWith("missed:");
const byKey = (place) => new Map([...place.querySelectorAll(".item")].map((card) => [keyOf(card), card]));
const fieldsOf = (form) => [...form.querySelectorAll("input:not([type=hidden]), select, textarea")];

// What is entered here is what is kept there.
const same = (here, there) => answerIn(here) === answerIn(there);

const isOwn = (form, there) => unheard.has(form) && unheard.get(form).has(answerIn(there));

// The card shows what is kept; who is in it stays in it.
export function showKept(card, there, marked = true) {
  const kept = fieldsOf(formOf(there));
  fieldsOf(formOf(card)).forEach((field, at) => {
    if (field.type === "radio" || field.type === "checkbox") field.checked = kept[at].checked;
    else field.value = kept[at].value;
  });
  keeps.set(formOf(card), answerIn(formOf(card)));
  formOf(card).querySelector(".problem-here").textContent = "";
  formOf(card).querySelector(".elsewhere").replaceChildren();
  stands(card, there, there.querySelector(".tick").textContent);
  mark(card, marked);
}

// Whether what is kept of the card is an answer, and in which words its heading says so.
export function stands(card, there, words) {
  card.classList.toggle("answered", there.classList.contains("answered"));
  card.querySelector(".tick").textContent = words;
}

// In words in the heading, which names the card to a screen reader.
export function mark(card, marked) {
  card.classList.toggle("elsewhere-changed", marked);
  const words = card.querySelector(".changed");
  if (words) words.remove();
  if (!marked) return;
  const said = document.createElement("span");
  said.className = "changed";
  said.textContent = "changed elsewhere";
  card.querySelector(".tick").before(said, " ");
}

// Each card that was changed elsewhere shows what is kept of it, unless it holds an unsaved answer that differs: of
// that its reader is asked. `own` is the form that was just kept: it was not changed elsewhere.
export function takeUp(room, page, own) {
  const found = { shown: [], own: [], asked: [], gone: [] };
  const there = byKey(page);
  for (const [key, card] of byKey(room)) {
    const now = there.get(key);
    there.delete(key);
    const form = formOf(card);
    const unsaved = form.dataset.dirty !== undefined;
    if (!now && unsaved) found.asked.push({ card, form, kept: null });
    else if (!now) found.gone.push(card);
    else if (form === own && unsaved) continue; // entered anew since it was sent
    else if (now.id !== card.id && !unsaved) card.replaceWith(document.importNode(now, true)); // of a finding taken away
    else if (now.classList.contains("elsewhere-changed")) {
      const mine = form === own || isOwn(form, formOf(now));
      const differs = unsaved && !same(form, formOf(now));
      if (!differs) {
        showKept(card, now, !mine);
        if (form !== own) found[mine ? "own" : "shown"].push(card);
      } else if (mine) keeps.set(form, answerIn(formOf(now))); // what was entered since is sent
      else found.asked.push({ card, form, kept: now });
    } else if (!unsaved && !same(form, formOf(now))) showKept(card, now, false);
  }
  for (const card of found.gone) card.remove();
  found.shown.push(...added(there.values()));
  about(room, page);
  return found;
}

// Findings that were added elsewhere come after those of this page.
function added(cards) {
  const next = document.getElementById("missed");
  const put = [];
  for (const card of cards) {
    if (!next || !isMissed(card)) continue;
    const here = document.importNode(card, true);
    next.before(here);
    put.push(here);
  }
  return put;
}

// What the page says beside the cards.
function about(room, page) {
  const there = page.getElementById("review");
  const title = (place) => place.querySelector("h2[data-section=missed]");
  const first = room.querySelector(".item form.answer [name=item][value^='missed:']");
  if (title(room)) title(room).remove();
  if (title(there) && first) first.closest(".item").before(document.importNode(title(there), true));
  const [until, kept] = [document.getElementById("until"), page.getElementById("until")];
  if (until && kept) until.textContent = kept.textContent;
  document.getElementById("still-open").replaceChildren(...document.importNode(page.getElementById("still-open"), true).children);
  const next = page.querySelector("#missed [name=item]");
  if (next) document.querySelector("#missed [name=item]").value = next.value;
  document.querySelector("#undo button").disabled = page.querySelector("#undo button").disabled;
}

// The step that the page shows, and how much of it is answered.
export function countAnew(room, step) {
  room.dataset.step = step;
  document.querySelectorAll("input[name=expected]").forEach((field) => { field.value = step; });
  const cards = [...room.querySelectorAll(".item")];
  const answered = cards.filter((card) => card.classList.contains("answered"));
  for (const card of cards) {
    const open = document.getElementById(`open-${card.id}`);
    if (open) open.hidden = answered.includes(card);
  }
  document.getElementById("answered").textContent = answered.length;
  document.getElementById("open-count").textContent = cards.length - answered.length;
  const total = document.getElementById("total");
  if (total) total.textContent = cards.length;
}

export function questions(cards) {
  return `${cards.length === 1 ? "question" : "questions"} ${cards.map((card) => card.id.replace("item-", "")).join(", ")}`;
}

export function notSaved(form) {
  form.closest(".item").querySelector(".tick").textContent = "not saved";
}

// What of the review is not saved, and waits for its reader; in words for the bar of the page.
export function leftInWords(room) {
  const those = (...states) => [...room.querySelectorAll(".item")].filter((card) => states.some((state) => card.querySelector(`form.answer[data-dirty][data-${state}]`)));
  const [asked, left] = [those("asked"), those("held", "away", "lacks")];
  if (asked.length) return `Not saved: say which holds of ${questions(asked)}`;
  return left.length ? `${left.length} not saved: ${questions(left)}` : "";
}

// What was taken up, for the bar of the page.
export function inWords({ shown, asked, gone }) {
  const changed = [...shown, ...asked.map((one) => one.card)];
  const told = changed.length ? [`Changed elsewhere: ${questions(changed)}.`] : [];
  if (shown.length) told.push("What is kept is shown, and marked.");
  if (asked.length) told.push("Where you entered something else you are asked which holds.");
  if (gone.length) told.push(`Taken away elsewhere: ${gone.length} missed ${gone.length === 1 ? "finding" : "findings"}.`);
  return told.join(" ");
}
