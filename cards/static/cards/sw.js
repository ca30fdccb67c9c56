// The worker: shows the page for days without a connection. `VERSION` and `SHELL`, the addresses it keeps, the page
// first, are written above this line by the server; the version changes with any of those files.
//
// What it keeps is the same for everybody: it is fetched without cookies, and nothing that passes through is added.
// Online it changes nothing: what it has kept is used only when the network fails.
"use strict";

const KEPT = `pactcards-${VERSION}`;
const [PAGE] = SHELL;

self.addEventListener("install", (event) => {
  event.waitUntil(keepShell());
});

async function keepShell() {
  const cache = await caches.open(KEPT);
  await cache.addAll(SHELL.map((address) => new Request(address, { credentials: "omit", cache: "reload" })));
  // An open page has all its files already, so the new worker may take over at once.
  await self.skipWaiting();
}

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOldShells().then(() => self.clients.claim()));
});

async function dropOldShells() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("pactcards-") && name !== KEPT).map((name) => caches.delete(name)));
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const isFile = SHELL.includes(new URL(request.url).pathname);
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => kept(PAGE)));
  else if (isFile) event.respondWith(fetch(request).catch(() => kept(request.url)));
});

async function kept(address) {
  const cache = await caches.open(KEPT);
  return (await cache.match(address)) ?? Response.error();
}
