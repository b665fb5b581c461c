// Nothing changes the review as a whole, or leaves it, before what was entered is kept; what cannot be kept is named.
import { home } from "./review_kept.js";

// `review` is what review.js lends of itself: what is unsaved, how it is sent, and what it says of that.
export function guard(room, review) {
  let leaving = null;
  let gone = false;
  const lists = document.querySelector("#lock [name=lists]");
  if (lists) lists.remove(); // what is shown here is what is kept: it need not be listed first

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.matches("form.answer") || form === leaving) return;
    if (form.matches("form.add")) delete form.dataset.dirty;
    if (form.id === "lock") review.stray();
    if (!leaving && review.unsaved().length === 0 && !review.busy()) {
      setTimeout(() => { if (!event.defaultPrevented) shut(10000); }, 0);
      return;
    }
    event.preventDefault();
    if (!leaving) void after(form, event.submitter);
  });

  // From here on nothing is entered: what is taken back, or signed off, is what stood here when that was asked for.
  let was = null;
  let opens = 0;
  function shut(wait) {
    if (room.dataset.shut === undefined) was = document.activeElement;
    still(true);
    clearTimeout(opens);
    opens = setTimeout(open, wait); // it is the page that stayed after all
  }
  function open() {
    clearTimeout(opens);
    if (room.dataset.shut === undefined) return;
    still(false);
    if (was && was.isConnected && document.activeElement === document.body) was.focus({ preventScroll: true });
  }
  function still(on) {
    room.toggleAttribute("data-shut", on);
    for (const place of room.querySelectorAll(".item, form.add")) place.inert = on;
  }
  addEventListener("pageshow", open);

  async function after(form, button) {
    leaving = form;
    review.say("Saving what you entered first");
    const before = review.changes();
    shut(120000);
    const all = await review.flush();
    const stays = unseen(form, before);
    if (stays) review.standing();
    const goes = !stays && (all || goesOn(form));
    if (goes) form.requestSubmit(button);
    if (goes || gone) shut(review.unsaved().length ? 1000 : 10000); // the browser may ask, and its reader stay
    else open();
    leaving = null;
  }

  // What was changed elsewhere came to light just now: it is neither signed off nor taken back before it is looked at.
  function unseen(form, before) {
    if (review.changes() === before || (form.id !== "undo" && form.id !== "lock")) return false;
    const told = form.id === "undo" ? "Nothing taken back." : "Not signed off.";
    const changed = document.getElementById("changed");
    changed.textContent = `${told} ${changed.textContent}`;
    const place = form.querySelector(".problem-here");
    if (place) place.textContent = `${changed.textContent} Look at that, then sign off again.`;
    return true;
  }

  // Some of what was entered is not kept.
  function goesOn(form) {
    const left = review.unsaved();
    const latest = review.latest();
    if (form.id === "undo" && latest && latest.dataset.lacks !== undefined && left.includes(latest)) {
      delete latest.dataset.dirty; // it was never kept: the page has what is
      gone = true;
      location.assign(`${home}?told=undone&at=${latest.closest(".item").id}`);
      return false;
    }
    if (form.id === "undo" && left.every((one) => one.dataset.lacks !== undefined || one.matches(".add"))) return true;
    if (form.id !== "undo" && form.id !== "lock") return true;
    const named = left.map((one) => (one.matches(".add") ? "the missed finding that you began" : `question ${one.closest(".item").id.replace("item-", "")}`));
    const told = `${form.id === "undo" ? "Nothing taken back" : "Not signed off"}: ${named.join(", ")} ${named.length === 1 ? "is" : "are"} not saved.`;
    review.say(told, true);
    const place = form.querySelector(".problem-here");
    if (place) place.textContent = `${told} See there what lacks, then sign off again.`;
    return false;
  }
}
