// On every page: starts the worker, keeps today's cards on the device, sends what waits, and says so.
// Whose things these are is decided by the page (data-user), which the server wrote; without JavaScript nothing is kept.
(() => {
  "use strict";

  if (!("serviceWorker" in navigator && "locks" in navigator && "indexedDB" in window)) return; // no https, or very old

  const store = window.pactcardsStore;
  const panel = document.getElementById("waiting");
  const [waitingNotice, toldNotice] = panel.querySelectorAll(".notice");
  const dialog = panel.querySelector("dialog");
  const isShell = "shell" in document.body.dataset;
  const FRESH = 10 * 60_000; // milliseconds for which the kept cards are not fetched again
  const TRY_AGAIN = 60_000;
  const TIME_OUT = 10_000;
  const REFUSED = [400, 404, 409]; // the answer will never count; anything else may pass

  // --- whose device is it: a cookie that lives as long as the log-in does

  const WHOSE = "pactcards-whose";
  const TWO_DAYS = 2 * 24 * 3600;

  function whose() {
    const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${WHOSE}=`));
    return found ? Number(found.slice(WHOSE.length + 1)) : null;
  }

  function setWhose(owner, lifetime) {
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `${WHOSE}=${owner}; path=/; samesite=strict${lifetime}${secure}`;
  }

  function noteWhose() {
    const lifetime = "remembered" in document.body.dataset ? `; max-age=${TWO_DAYS}` : ""; // or until the browser closes
    if (user) setWhose(user, lifetime);
    else forgetWhose();
  }

  const forgetWhose = () => setWhose("", "; max-age=0");

  const user = isShell ? whose() : Number(document.body.dataset.user) || null;

  // --- sending: one tab at a time, in order, each until the server has said what became of it

  function sync() {
    return navigator.locks.request("pactcards-send", async () => {
      const before = await store.waiting(user);
      const fetched = await fetchBundle();
      if (!fetched || fetched.bundle.user !== user) return 0;
      let sent = 0;
      for (const answer of before) {
        if (!(await send(answer, fetched))) break;
        sent += 1;
      }
      const fresh = sent ? await fetchBundle() : fetched;
      if (fresh && fresh.bundle.user === user && isStillHers()) await store.keep(withoutToken(fresh.bundle));
      return sent;
    }).finally(show);
  }

  const isStillHers = () => whose() === user;
  const withoutToken = ({ token, now, ...bundle }) => ({ ...bundle, fetchedAt: Date.now() });

  async function fetchBundle() {
    const response = await tryFetch(panel.dataset.cards, { redirect: "manual" });
    if (!response?.ok) return null; // the log-in has ended, or the server is away
    const bundle = await response.json();
    return { bundle, serverIsAhead: Date.parse(bundle.now) - Date.now() };
  }

  async function send(answer, { bundle, serverIsAhead }) {
    // By the server's clock: the device's may be wrong.
    const givenAt = new Date(Math.min(answer.at + serverIsAhead, Date.parse(bundle.now))).toISOString();
    const body = new URLSearchParams([...answer.fields, ["user", answer.user], ["answered_at", givenAt]]);
    const headers = { "X-CSRFToken": bundle.token };
    const response = await tryFetch(panel.dataset.answer, { method: "POST", body, headers, redirect: "manual" });
    if (!response?.ok && !REFUSED.includes(response?.status)) return false;
    const sentence = response.ok ? "" : await sentenceOf(response);
    await store.settle(answer, sentence);
    await show();
    return true;
  }

  const sentenceOf = (response) => response.json().then((said) => said.sentence, () => response.statusText);

  function tryFetch(address, options) {
    const signal = AbortSignal.timeout(TIME_OUT);
    return fetch(address, { ...options, signal, cache: "no-store" }).catch(() => null);
  }

  // --- saying what waits and what did not count

  async function show() {
    if (!user) return;
    const count = (await store.waiting(user)).length;
    waitingNotice.querySelector("p").textContent = counted(waitingNotice, count);
    waitingNotice.hidden = !count;
    const told = await store.told(user);
    toldNotice.querySelector("ul").replaceChildren(...told.map(toldItem));
    toldNotice.hidden = !told.length;
  }

  function counted(element, count) {
    return count === 1 ? element.dataset.one : element.dataset.many.replace("{count}", count);
  }

  function toldItem({ question, language, sentence }) {
    const item = document.createElement("li");
    const name = document.createElement("strong");
    name.textContent = question;
    name.lang = language;
    item.append(name, " ", sentence);
    return item;
  }

  waitingNotice.querySelector("button").addEventListener("click", () => syncAndReload());
  toldNotice.querySelector("button").addEventListener("click", async () => {
    await store.forgetTold(user);
    await show();
    document.getElementById("main").focus();
  });

  // --- when

  async function syncAndReload() {
    const sent = await sync();
    if (sent && !isShell) location.replace(location.pathname + location.search); // it was made before they were sent
    return sent;
  }

  async function start() {
    navigator.serviceWorker.register(panel.dataset.worker).catch(sayWhyNot);
    if (!isShell) {
      noteWhose();
      await store.become(user);
    }
    if (!user) return;
    await show();
    const bundle = await store.bundle(user);
    const isFresh = bundle && Date.now() < Math.min(bundle.fetchedAt + FRESH, Date.parse(bundle.until));
    const isSpokenHere = bundle?.language === document.documentElement.lang; // or she has chosen another one since
    if (!isFresh || !isSpokenHere || (await store.waiting(user)).length) await syncAndReload();
    window.setInterval(sendWhatWaits, TRY_AGAIN);
    window.addEventListener("online", sendWhatWaits);
  }

  async function sendWhatWaits() {
    if ((await store.waiting(user)).length) await sync();
  }

  const sayWhyNot = (error) => console.info("PactCards keeps nothing on this device:", error.message);
  const started = start().catch(sayWhyNot);

  // --- an answer that an open page could not save, and one that it could

  const goOn = document.getElementById("go-on");
  let pressed = null; // the last grade that was pressed here

  document.body.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.detail.elt;
    if (!form.matches("form[data-grades]") || event.detail.requestConfig.verb !== "post") return;
    const fields = [...new FormData(form, event.detail.requestConfig.triggeringEvent?.submitter)];
    const attempt = form.elements.attempt.value;
    pressed = { attempt, fields, at: pressed?.attempt === attempt ? pressed.at : Date.now() };
  });

  document.body.addEventListener("htmx:sendError", async () => {
    if (!goOn || !pressed || !user) return;
    goOn.hidden = navigator.onLine || !(await store.bundle(user).catch(() => null));
  });

  goOn?.addEventListener("click", async () => {
    await keepAnswer(pressed.fields, pressed.at).catch(() => null); // kept already by another tab
    location.assign(goOn.dataset.page);
  });

  document.body.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.requestConfig.elt; // gone from the page by now
    if (!user || !(event.detail.successful || event.detail.xhr.status === 409)) return;
    if (goOn) goOn.hidden = true;
    if (form.matches("form[data-grades]")) store.dropCard(user, Number(form.elements.card.value)).catch(sayWhyNot);
    if (form.matches("form[data-undo]")) sync().catch(sayWhyNot);
  });

  function keepAnswer(fields, at) {
    const values = Object.fromEntries(fields);
    const asked = document.getElementById("question");
    const question = asked.textContent.trim();
    const kept = fields.filter(([name]) => name !== "csrfmiddlewaretoken" && name !== "deck");
    const about = { question, language: asked.lang };
    return store.add({ user, card: Number(values.card), attempt: values.attempt, at, fields: kept, ...about });
  }

  // --- log-out: first sends what waits; if it can't, it asks; cards go at once, answers only when they are sent

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!user || form.method !== "post" || new URL(form.action).pathname !== panel.dataset.logOut) return;
    event.preventDefault();
    leave(form).catch(() => form.submit());
  });

  async function leave(form) {
    if ((await store.waiting(user)).length) await sync();
    const count = (await store.waiting(user)).length;
    if (count && !(await asks(counted(waitingNotice, count)))) return;
    forgetWhose();
    await store.dropBundle(user);
    form.submit();
  }

  function asks(sentence) {
    dialog.querySelector("p").textContent = sentence;
    dialog.returnValue = "stay";
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener("close", () => resolve(dialog.returnValue === "leave"), { once: true });
    });
  }

  window.pactcardsOffline = { user, isStillHers, started, sync, show, keepAnswer, counted };
})();
