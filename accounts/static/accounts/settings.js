// Offers the time zone that the browser knows. The student decides; without JavaScript the select is enough.
(() => {
  "use strict";

  const box = document.getElementById("zone-guess");
  const select = document.getElementById("id_time_zone");
  const sentence = box.querySelector("p");
  const button = box.querySelector("button");

  // A zone may have two names (Asia/Calcutta, Asia/Kolkata); the browser always answers with one of them.
  const nameOf = (zone) => new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;

  function isChosen(zone) {
    try {
      return nameOf(select.value) === zone;
    } catch {
      return false; // a zone that this browser does not know
    }
  }

  const guess = nameOf(undefined);
  const isOffered = Array.from(select.options).some((option) => option.value === guess);
  if (!isOffered || isChosen(guess)) return;

  sentence.textContent = box.dataset.question.replace("{zone}", guess);
  box.hidden = false;

  button.addEventListener("click", () => {
    select.value = guess;
    sentence.textContent = box.dataset.chosen.replace("{zone}", guess);
    select.focus();
    button.hidden = true;
  });

  select.addEventListener("change", () => { box.hidden = isChosen(guess); });
})();
