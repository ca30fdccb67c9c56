// Makes the review page better where there is JavaScript: keys, focus, time, and sending an unsaved answer again.
// Everything it does can be done without it, by the same forms.
(() => {
  "use strict";

  const page = document.getElementById("review");
  const unsaved = document.getElementById("unsaved");
  const keysOn = document.getElementById("keys-on");
  const RETRY_DELAYS = [1000, 2000, 4000, 8000, 16000]; // milliseconds; after that the student presses the button

  let shownAt = performance.now();
  let pending = null; // the form and button of an answer that is not saved yet
  let tries = 0;
  let timer = 0;

  const part = (id) => document.getElementById(id);
  const reveal = () => part("reveal");

  // --- time and focus

  page.addEventListener("toggle", (event) => {
    if (event.target === reveal() && event.target.open) part("answer").focus();
  }, true);

  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target === part("mistake")) part("noted")?.focus(); // the button that had it is gone
    if (event.detail.target !== page) return;
    settle();
    const asked = event.detail.requestConfig.verb === "get"; // a pick shows the same card with its answer
    if (!asked) shownAt = performance.now();
    part(asked && part("answer") ? "answer" : "question").focus();
    window.scrollTo(0, 0);
  });

  document.body.addEventListener("htmx:configRequest", (event) => {
    if (!event.target.matches("form[data-grades]")) return;
    const form = event.target;
    const elapsed = form.elements.elapsed_ms;
    if (!elapsed.value) elapsed.value = Math.round(performance.now() - shownAt); // a second try keeps the first time
    event.detail.parameters.elapsed_ms = elapsed.value;
  });

  // The second click of a double click would reach what the first has put under the pointer: the next card, or Undo.
  document.querySelector("main").addEventListener("click", (event) => {
    if (event.detail < 2 || !event.target.closest("summary, form button")) return;
    event.preventDefault();
    event.stopPropagation();
  }, true);

  // --- not saved: the card stays, and the same attempt is sent again

  document.body.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.detail.elt;
    if (!form.matches("form[data-grades], form[data-undo], form[data-pick]")) return;
    if (pending && pending.form !== form && pending.form.isConnected && !unsaved.hidden) {
      event.preventDefault(); // what is not saved comes first, or Undo would take back the answer before it
      again();
      return;
    }
    pending = { form, button: event.detail.requestConfig.triggeringEvent?.submitter ?? form.querySelector("button") };
  });

  for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.body.addEventListener(failure, (event) => explain(event.detail.xhr));
  }

  function explain(request) {
    const status = request ? request.status : 0;
    if (status === 401) return; // htmx is leaving for the log-in page
    const refused = status >= 400 && status < 500 && status !== 429;
    const sentence = refused ? request.responseText : unsaved.dataset[navigator.onLine ? "notSaved" : "offline"];
    unsaved.querySelector("p").textContent = sentence;
    unsaved.querySelector("button").hidden = refused;
    unsaved.hidden = false;
    if (refused) pending = null;
    else wait();
  }

  function wait() {
    window.clearTimeout(timer);
    if (tries < RETRY_DELAYS.length && navigator.onLine) timer = window.setTimeout(again, RETRY_DELAYS[tries++]);
  }

  function again() {
    window.clearTimeout(timer);
    if (pending && pending.form.isConnected) pending.button.click();
  }

  function settle() {
    window.clearTimeout(timer);
    pending = null;
    tries = 0;
    unsaved.hidden = true;
  }

  unsaved.querySelector("button").addEventListener("click", again);
  window.addEventListener("online", again);

  // --- keys

  const stored = "pactcards-keys";
  keysOn.checked = localStorage.getItem(stored) !== "off";
  keysOn.addEventListener("change", () => localStorage.setItem(stored, keysOn.checked ? "on" : "off"));

  function isTyping(element) {
    return element.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");
  }

  function pressReveal(event) {
    if (!reveal() || reveal().open || event.target.closest("a, button, summary, input")) return false;
    reveal().open = true;
    return true;
  }

  function pressNumber(key) {
    const button = page.querySelector(`button[data-key="${key}"]`);
    if (!button || button.closest("details:not([open])")) return false;
    button.click();
    return true;
  }

  function pressUndo() {
    const button = document.querySelector("form[data-undo] button");
    if (button) button.click();
    return Boolean(button);
  }

  function pressHelp() {
    const keys = part("keys");
    keys.open = !keys.open;
    if (keys.open) keys.querySelector("summary").focus();
    return true;
  }

  function press(event) {
    if (event.key === " " || event.key === "Enter") return pressReveal(event);
    if (/^[0-9]$/.test(event.key)) return pressNumber(event.key);
    if (event.key === "u" || event.key === "U") return pressUndo();
    return event.key === "?" && pressHelp();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    if (event.repeat) {
      // A key held down must not answer card after card.
      if (/^[ 0-9uU]$|^Enter$/.test(event.key) && page.contains(event.target)) event.preventDefault();
      return;
    }
    if (keysOn.checked && press(event)) event.preventDefault();
  });
})();
