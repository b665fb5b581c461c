// The way through a review: every step has a key. Without this file Tab and the mouse go everywhere.
import { lacking, lacks } from "./review_cards.js";

(() => {
  const room = document.getElementById("review");
  if (!room) return;
  const keysOff = document.getElementById("keys-off");
  const help = document.getElementById("keys");
  const led = document.getElementById("led") || document.createElement("span");
  const cards = () => [...room.querySelectorAll(".item")];
  // Changed elsewhere, and the reader is to say which answer holds.
  const isAsked = (card) => card.querySelector("form.answer[data-asked]") !== null;
  // No answer that is whole is kept, or on its way.
  const isLeft = (form) => form !== null && form.dataset.dirty !== undefined && ("lacks" in form.dataset || "held" in form.dataset || lacks(form) !== null);
  const isOpen = (card) => {
    const form = card.querySelector("form.answer");
    return isAsked(card) || isLeft(form) || !card.classList.contains("answered") && !(form && form.dataset.dirty !== undefined);
  };
  const openCards = () => cards().filter(isOpen);
  const cardOf = (element) => element && element.closest && element.closest(".item");

  function go(card) {
    if (!card) return;
    const folded = card.closest("details");
    if (folded) folded.open = true;
    const first = card.querySelector("form.answer[data-asked] .elsewhere button") || card.querySelector("input[type=radio]:checked") || card.querySelector("input[type=radio], select, textarea, button");
    card.scrollIntoView({ block: "nearest" });
    if (!isSeen(card)) choicesOf(card).scrollIntoView({ block: "center" });
    if (first) first.focus({ preventScroll: true });
  }

  function toOpen(from) {
    const all = cards();
    const at = from ? all.indexOf(from) : -1;
    const wanted = (card) => isOpen(card) && card !== from;
    const found = all.slice(at + 1).find(wanted) || all.find(wanted);
    if (found) go(found);
    else {
      const end = document.getElementById("sign-off-title");
      end.focus();
    }
  }

  function beside(from, by) {
    const all = cards();
    const at = from ? all.indexOf(from) + by : 0;
    go(all[Math.min(Math.max(at, 0), all.length - 1)]);
  }

  // Its answers are seen whole, or some of them, above the bar of the page.
  const choicesOf = (card) => card.querySelector("fieldset.choices-of") || card;
  const floor = () => { const bar = document.querySelector(".working"); return Math.min(innerHeight, bar ? bar.getBoundingClientRect().top : innerHeight); };
  function inView(card) {
    const answers = choicesOf(card).getBoundingClientRect();
    return answers.top >= 0 && answers.bottom <= floor();
  }
  function isSeen(card) {
    const answers = choicesOf(card).getBoundingClientRect();
    return answers.bottom > 0 && answers.top < floor();
  }

  function showFirst(card, why) {
    go(card);
    led.textContent = `${why}, so nothing was answered. This is question ${card.id.replace("item-", "")}.`;
  }

  // A figure is for the question in focus, if it is seen, and the next one is for the question after it: the reader is led on at once,
  // while the answer is being saved. Of a question that is answered and was left, nothing is changed by a figure. Who is
  // nowhere, or in the record, answers the question that is marked as current where it is seen; else it is shown first.
  function chosenFor() {
    const at = document.activeElement;
    if (at && at.closest && at.closest("fieldset.choices-of")) {
      const own = cardOf(at);
      if (isSeen(own)) return own;
      showFirst(own, "The question in focus was out of view");
      return null;
    }
    const nowhere = !at || at === document.body;
    if (!nowhere && !at.closest(".rests-on, #source-view")) return null;
    const current = last && last.isConnected && isOpen(last) && !isAsked(last) ? last : null;
    if (current && inView(current)) return current;
    const first = nowhere ? cards().find(isOpen) : current;
    if (first) showFirst(first, "No question was in focus");
    return null;
  }

  function choose(number) {
    led.textContent = "";
    const card = chosenFor();
    const choice = card && card.querySelectorAll("fieldset.choices-of input[type=radio]")[number - 1];
    if (!choice || choice.disabled) return;
    choice.checked = true;
    choice.focus();
    choice.dispatchEvent(new Event("change", { bubbles: true }));
    if (lacks(choice.form)) lacking(choice.form)?.focus();
    else toOpen(card);
  }

  function press(selector) {
    const button = document.querySelector(selector);
    if (button) button.click();
  }

  const singles = {
    n: () => toOpen(here()),
    j: () => beside(here(), 1),
    k: () => beside(here(), -1),
    e: () => { const link = current() && current().querySelector("a.evidence"); if (link) { const folded = link.closest("details"); if (folded) folded.open = true; link.focus(); link.click(); } },
    m: () => { const missed = document.getElementById("missed"); if (missed) { missed.open = true; const field = missed.querySelector("select"); if (field) field.focus(); } },
    u: () => press("#undo button"),
    l: () => document.getElementById("sign-off-title").focus(),
  };

  let last = null;
  const here = () => cardOf(document.activeElement) || last;
  const current = () => here() || openCards()[0] || cards()[0];
  room.addEventListener("focusin", (event) => {
    const card = cardOf(event.target);
    if (!card) return;
    if (last) last.removeAttribute("aria-current");
    last = card;
    card.setAttribute("aria-current", "true");
  });

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      const form = event.target.closest && event.target.closest("form.answer");
      if (form) { event.preventDefault(); form.requestSubmit(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])")) return;
    if (help.open || keysOff.checked) return;
    if (event.key === "?") { event.preventDefault(); help.showModal(); return; }
    const figure = /^[1-9]$/.test(event.key);
    if (!figure && !(event.key in singles)) return;
    event.preventDefault();
    if (room.dataset.shut !== undefined) { led.textContent = "Not answered: what you did before is not finished yet."; return; }
    if (event.repeat && figure) return; // a key that is held answers one question
    if (figure) choose(Number(event.key));
    else singles[event.key]();
  });

  for (const opener of document.querySelectorAll("[data-opens=keys]")) opener.addEventListener("click", () => help.showModal());
  keysOff.checked = localStorage.getItem("abstractor.single-keys") === "off";
  keysOff.addEventListener("change", () => { localStorage.setItem("abstractor.single-keys", keysOff.checked ? "off" : "on"); });
  const shown = document.getElementById("next-open");
  if (shown) shown.addEventListener("click", () => toOpen(here()));
  // After a form that was sent as a whole; who has gone elsewhere meanwhile stays there.
  room.addEventListener("gone-on", (event) => {
    const at = document.activeElement;
    if (!at || at === document.body || cardOf(at) === event.target) toOpen(event.target);
  });
  const asked = room.dataset.at && document.getElementById(room.dataset.at);
  // After the browser has gone to the fragment, which takes the focus away.
  const arrive = () => { if (asked.classList.contains("answered")) toOpen(asked); else go(asked); };
  if (asked) window.addEventListener("load", () => setTimeout(arrive, 0));
})();
