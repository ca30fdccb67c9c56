// On the page that the worker shows without a connection: asks the cards that this device keeps, each once.
(() => {
  "use strict";

  const { user, isStillHers, started, sync, show, keepAnswer, counted } = window.pactcardsOffline;
  const store = window.pactcardsStore;
  const part = (id) => document.getElementById(id);
  const page = part("review");
  const line = part("offline");
  let shown = null; // the card that is asked: {card, html, picks}
  let shownAt = 0;
  let isBusy = false;
  let answered = 0;

  async function next() {
    const cards = user && isStillHers() ? await store.remaining(user, Date.now()) : [];
    [shown] = cards;
    part("left").hidden = part("keys").hidden = !shown;
    part("left").textContent = counted(part("left"), cards.length);
    part("all-kept").hidden = Boolean(shown) || !answered;
    part("no-cards").hidden = Boolean(shown) || Boolean(answered);
    shownAt = performance.now();
    lay(shown?.html ?? "", answered ? "question" : null);
    if (!shown && answered) part("all-kept").querySelector("h1").focus();
  }

  function lay(html, focused) {
    page.innerHTML = html; // written and escaped by the server, and kept as it came
    if (focused) part(focused)?.focus();
    window.scrollTo(0, 0);
  }

  page.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.target.matches("form[data-pick]")) lay(shown.picks[Number(event.submitter.value)], "answer");
    else if (event.target.matches("form[data-grades]")) answer(event.target, event.submitter);
  });

  async function answer(form, button) {
    if (isBusy) return; // the second click of a double click
    isBusy = true;
    form.elements.elapsed_ms.value = Math.round(performance.now() - shownAt);
    const grade = button.querySelector(".name").textContent;
    try {
      if (isStillHers()) await keepAnswer([...new FormData(form, button)], Date.now());
      part("receipt").textContent = part("receipt").dataset.kept.replace("{grade}", grade);
    } catch {
      part("receipt").textContent = ""; // another tab has answered this card
    }
    answered += 1;
    await next();
    await show();
    isBusy = false;
    if (navigator.onLine) sync();
  }

  // The second click of a double click on a grade would open the next card's answer.
  page.addEventListener("click", (event) => {
    if (event.detail > 1 && event.target.closest("summary") && performance.now() - shownAt < 500) event.preventDefault();
  });

  function sayConnection() {
    line.querySelector("span").textContent = navigator.onLine ? line.dataset.online : line.dataset.offline;
    line.querySelector("a").hidden = !navigator.onLine;
  }

  window.addEventListener("online", sayConnection);
  window.addEventListener("offline", sayConnection);
  sayConnection();
  started.then(next);
})();
