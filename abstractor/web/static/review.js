// The review with less handwork: answers are saved as they are given, and nothing leaves the page before them.
// Without this file each card has its own button, and nothing else is lost. Nothing of a chart is kept in the browser.
import { answerIn, begun, isHere, lacking, lacks, mayFocus, question, sendAgain, toldThat } from "./review_cards.js";
import { countAnew, freshPage, inWords, keeps, leftInWords, mark, notHeard, notSaved, showKept, stands, takeUp, unheard } from "./review_kept.js";
import { comingBack } from "./review_again.js";
import { guard } from "./review_leave.js";

(() => {
  const room = document.getElementById("review");
  if (!room) return;
  const saved = document.getElementById("saved");
  const waiting = new Set();
  const timers = new Map();
  const edits = new WeakMap();
  let step = room.dataset.step; // of what this page shows
  let csrf = room.dataset.csrf;
  let busy = false;
  let latest = null;
  let changes = 0; // how often something that was changed elsewhere was taken up

  const cardOf = (element) => element && element.closest && element.closest(".item");
  const unsaved = () => [...room.querySelectorAll("form[data-dirty]")];
  const signedOut = () => [...room.querySelectorAll("form.answer[data-away]")];
  const pause = (wait) => new Promise((done) => setTimeout(done, wait));

  function say(words, wrong = false) {
    saved.textContent = words;
    saved.classList.toggle("wrong", wrong);
  }

  // From here until the service has kept it, and nothing was changed since, the card counts as unsaved.
  function touched(form) {
    form.dataset.dirty = "";
    delete form.dataset.held;
    delete form.dataset.lacks;
    edits.set(form, (edits.get(form) || 0) + 1);
    latest = form;
    const undo = document.querySelector("#undo button");
    if (undo) undo.disabled = false;
    if (form.dataset.asked !== undefined) return;
    mark(cardOf(form), false);
    standing();
  }

  function later(form, wait) {
    touched(form);
    if (form.dataset.asked !== undefined) return; // first the reader says which holds
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(() => now(form), wait));
  }

  function now(form) {
    clearTimeout(timers.get(form));
    timers.delete(form);
    if (form.dataset.asked !== undefined) return;
    waiting.add(form);
    void next();
  }

  async function next() {
    if (busy || waiting.size === 0) return;
    const [form] = waiting;
    waiting.delete(form);
    busy = true;
    try {
      await send(form);
    } finally {
      busy = false;
    }
    await next();
  }

  async function send(form) {
    const fields = new URLSearchParams(new FormData(form));
    fields.set("expected", step);
    const [edit, sent] = [edits.get(form), answerIn(form)];
    let answer;
    try {
      answer = await fetch(form.getAttribute("action"), {
        method: "POST",
        body: fields,
        headers: { Accept: "application/json", "HX-Request": "true", "X-CSRF-Token": csrf },
        signal: AbortSignal.timeout(30000),
      });
    } catch {
      notHeard(form, sent);
      say("Not saved: the service cannot be reached. Trying again.", true);
      setTimeout(() => { if (form.dataset.dirty !== undefined) now(form); }, 4000);
      return;
    }
    await heard(form, answer, edit, sent);
  }

  async function heard(form, answer, edit, sent) {
    const told = (answer.headers.get("content-type") || "").includes("json") ? await answer.json() : {};
    const here = form.querySelector(".problem-here");
    here.textContent = "";
    if (answer.ok || answer.status === 422 || answer.status === 409) {
      delete form.dataset.away;
      form.querySelector(".elsewhere").replaceChildren();
    }
    if (answer.ok) return kept(form, told, edit, sent);
    if (answer.status === 422) {
      if (edits.get(form) === edit) incomplete(form, told.detail); // else what was entered since is on its way
    } else if (answer.status === 409) {
      if (told.step === undefined) refused(form, told.detail || "This review takes no answers now.");
      else await late(form);
    } else if (answer.status === 401 || answer.status === 403) {
      away(form, answer.status);
    } else {
      notHeard(form, sent);
      form.dataset.lacks = "";
      here.textContent = told.detail || "The service could not keep this.";
      notSaved(form);
      standing();
    }
  }

  // Who is in the card is told there; who has gone on is told that it stayed behind, and goes on.
  function incomplete(form, detail) {
    form.dataset.lacks = "";
    form.querySelector(".problem-here").textContent = begun(form) || !isHere(form) ? detail || "This answer is not complete." : "";
    if (isHere(form)) return say("Not saved yet: an answer is not complete");
    notSaved(form);
    standing();
  }

  async function kept(form, told, edit, sent) {
    if (edits.get(form) === edit) delete form.dataset.dirty;
    keeps.set(form, sent);
    unheard.delete(form);
    const card = cardOf(form);
    card.classList.toggle("answered", told.answered_here);
    card.querySelector(".tick").textContent = told.answered_here ? "✓ answered" : "open";
    const until = document.getElementById("until");
    if (until && told.until) until.textContent = told.until;
    if (!told.again && Number(told.step) <= Number(step) + 1) counted(told.step);
    else await goneOnElsewhere(form); // where that cannot be had the old step stays, which is refused at the next change
    standing();
    // Whoever is signed in again for one card is so for all: each keeps its words until it is saved itself.
    for (const other of signedOut()) now(other);
  }

  // What the page says of what is not saved yet.
  function standing() {
    const left = leftInWords(room);
    if (left) say(left, true);
    else say(unsaved().length ? "Not saved yet" : `Saved, step ${step}`);
  }

  function counted(shown) {
    step = String(shown);
    countAnew(room, step);
    const undo = document.querySelector("#undo button");
    if (undo && (step !== "0" || unsaved().length)) undo.disabled = false;
  }

  // Where the service says that the review has gone on elsewhere, the page takes up what is kept of every card before it
  // takes the newer step: "shown". It may also be that nothing can be entered now, or that nobody can tell.
  async function goneOnElsewhere(own) {
    const page = await freshPage(step);
    if (!page) return "unknown";
    if (!page.getElementById("lock")) return "closed";
    const found = takeUp(room, page, own);
    for (const card of [...found.shown, ...found.own]) forget(card.querySelector("form.answer"));
    for (const one of found.asked) ask(one);
    newToken(page);
    counted(page.getElementById("review").dataset.step);
    const told = inWords(found);
    if (told) {
      changes += 1;
      document.getElementById("changed").textContent = told;
    }
    return "shown";
  }

  function newToken(page) {
    csrf = page.getElementById("review").dataset.csrf;
    document.querySelectorAll("input[name=csrf]").forEach((field) => { field.value = csrf; });
  }

  function notNow(form) {
    clearTimeout(timers.get(form));
    timers.delete(form);
    waiting.delete(form);
  }

  // The card shows what is kept: nothing of it is to be sent.
  function forget(form) {
    notNow(form);
    for (const state of ["dirty", "held", "lacks", "asked", "away"]) delete form.dataset[state];
  }

  async function late(form) {
    const state = await goneOnElsewhere(null);
    const dirty = form.dataset.dirty !== undefined;
    if (state === "shown" && dirty && form.dataset.asked === undefined) now(form); // others were changed, not this one
    else if (state === "shown") standing();
    else if (state === "closed") refused(form, "This review is signed off, or takes no answers now.");
    else {
      notSaved(form);
      say("Not saved: what is kept cannot be shown now", true);
      again(form, "This review has gone on, and what is kept of it cannot be shown now. What you entered stands here and is not saved.");
    }
  }

  // On hold, or signed off: what stands here can be sent again once it is taken.
  function refused(form, detail) {
    form.dataset.away = "";
    notSaved(form);
    say("Not saved: nothing can be saved here now", true);
    again(form, `${detail} What you entered here still stands and is not saved. Once answers are taken again, save it again.`, false);
  }

  // Of one card, which was changed elsewhere while something else was entered here: the reader says which holds.
  function ask({ card, form, kept: there }) {
    notNow(form);
    delete form.dataset.away;
    form.dataset.asked = "";
    if (there) stands(card, there, "which holds?");
    mark(card, true);
    const mine = () => {
      delete form.dataset.asked;
      toldThat(form);
      touched(form);
      now(form);
      ledOn(card, form);
    };
    const theirs = () => {
      forget(form);
      if (there) showKept(card, there);
      else card.remove();
      counted(step);
      standing();
      if (there) (form.querySelector("input[type=radio]:checked") || form.querySelector("input[type=radio], select")).focus();
      else ledOn(room);
    };
    const first = question(form, there ? there.dataset.kept : "no answer", mine, theirs);
    if (mayFocus(form)) first.focus();
  }

  // To what lacks of this answer, or on at once: nobody waits for the service.
  function ledOn(place, form = null) {
    if (form && lacks(form)) lacking(form)?.focus();
    else place.dispatchEvent(new Event("gone-on", { bubbles: true }));
  }

  // The session ended: after signing in elsewhere the page takes its new form token and goes on.
  function away(form, status) {
    form.dataset.away = "";
    notSaved(form);
    say("Not saved: you are signed out", true);
    again(form, status === 401
      ? "You are signed out, so this is not saved. What you entered stands here. Sign in in another tab, then save again."
      : "This form is too old to be saved as it is. What you entered stands here. Save again; if that fails, load the page anew.");
  }

  function again(form, told, signing = true) {
    const once = sendAgain(form, told, signing, async () => {
      const page = await freshPage(step);
      if (page && !page.getElementById("lock")) {
        say("Not saved: this review still takes no answers", true);
      } else if (page) {
        newToken(page);
        now(form);
        ledOn(cardOf(form), form);
      } else {
        say("Not saved: you are still signed out, or this chart is not yours now", true);
      }
    });
    if (mayFocus(form)) once.focus();
  }

  room.addEventListener("change", (event) => {
    const form = event.target.closest("form.answer");
    if (form) later(form, 250);
  });
  room.addEventListener("input", (event) => {
    const form = event.target.closest("form.answer");
    if (form && event.target.matches("textarea, input[type=text], input[type=date]")) later(form, 1200);
  });
  room.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form.answer")) return;
    event.preventDefault();
    if (form.dataset.asked !== undefined) return form.querySelector(".elsewhere button").focus();
    touched(form);
    now(form);
    ledOn(cardOf(form), form);
  });
  // What is begun of a missed finding is not saved before it is added.
  room.addEventListener("input", (event) => {
    const form = event.target.closest("form.add");
    if (form) begunOrNot(form);
  });
  function begunOrNot(form) {
    if ([...form.querySelectorAll("select, textarea")].some((field) => field.value)) form.dataset.dirty = "";
    else delete form.dataset.dirty;
  }

  // Every answer that waits is sent; whether all that was entered is kept.
  async function flush() {
    for (const form of unsaved()) if (form.matches(".answer") && form.dataset.held === undefined) now(form);
    for (;;) {
      for (const form of [...timers.keys()]) now(form);
      if (!busy && waiting.size === 0) break;
      await pause(40);
    }
    return unsaved().length === 0;
  }

  const lent = { unsaved, touched, begunOrNot, goneOnElsewhere, flush, say, standing, busy: () => busy, changes: () => changes, latest: () => latest };
  guard(room, { ...lent, stray: comingBack(room, lent) });

  window.addEventListener("beforeunload", (event) => {
    if (room.querySelector("[data-dirty]")) event.preventDefault();
  });
})();
