// A review that a browser shows again: every card is held against what is kept of it.
import { answerIn, cameWith, toldThat } from "./review_cards.js";
import { keeps, notSaved } from "./review_kept.js";

// `review` is what review.js lends of itself. What comes back finds the cards that show what is not kept, and marks them.
export function comingBack(room, review) {
  function strayed(form) {
    if (!keeps.has(form)) keeps.set(form, cameWith(form));
    return form.dataset.dirty === undefined && answerIn(form) !== keeps.get(form);
  }

  // A browser may put older fields into a page that it shows again. Words stay, unsaved; else what is kept is shown.
  function againstKept() {
    for (const form of room.querySelectorAll("form.answer")) {
      if (!strayed(form)) continue;
      const words = form.querySelector("[name=text]");
      if (!words || !words.value.trim() || words.value === words.defaultValue) form.reset();
    }
    for (const form of room.querySelectorAll("form.add")) review.begunOrNot(form);
    stray();
  }

  // Cards that show what is not kept, and were not changed by a hand that this page knows of: they wait for their reader.
  function stray() {
    for (const form of room.querySelectorAll("form.answer")) {
      if (!strayed(form)) continue;
      review.touched(form);
      form.dataset.held = "";
      notSaved(form);
      toldThat(form, "This was entered here earlier and is not saved. Look at it, and save it if it is to hold.");
      form.querySelector(".save").classList.remove("quietly");
    }
    if (review.unsaved().length) review.standing();
  }

  // A page that comes back as it was left: what is kept may have changed since.
  async function shownAgain() {
    const state = await review.goneOnElsewhere(null);
    if (state === "shown") review.standing();
    else if (state === "closed" && review.unsaved().length === 0) location.reload();
    else review.say("What is kept cannot be shown now: load the page anew", true);
  }

  againstKept();
  window.addEventListener("pageshow", (event) => {
    againstKept();
    if (event.persisted && document.getElementById("lock")) void shownAgain();
  });
  return stray;
}
