// What this device keeps for days without a connection, in IndexedDB: every row under the number of the student whose
// it is, and nothing is ever read without that number.
//
//   bundles  today's remaining cards, until the study day ends      {user, language, until, cards}
//   waiting  answers to be sent, at most one for each card          {user, card, at, attempt, fields, question, language}
//   told     answers that did not count, until she has read why     {user, attempt, question, language, sentence}
(() => {
  "use strict";

  const STORES = { bundles: "user", waiting: ["user", "card"], told: ["user", "attempt"] };
  let opened;

  function open() {
    opened ??= new Promise((resolve, reject) => {
      const request = indexedDB.open("pactcards", 1);
      request.onupgradeneeded = () => {
        for (const [name, keyPath] of Object.entries(STORES)) request.result.createObjectStore(name, { keyPath });
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    return opened;
  }

  // One transaction over all stores; settles when it is on the disk, with what `act` returned.
  async function transact(mode, act) {
    const database = await open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(Object.keys(STORES), mode, { durability: "strict" });
      let result;
      transaction.oncomplete = () => resolve(result);
      transaction.onabort = () => reject(transaction.error ?? new Error("not kept"));
      act((name) => transaction.objectStore(name)).then(
        (value) => { result = value; },
        (error) => { reject(error); try { transaction.abort(); } catch { /* it has ended by itself */ } },
      );
    });
  }

  const ask = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  const allOf = (user) => IDBKeyRange.bound([user], [user, []]);
  const inOrder = (answers) => answers.sort((one, other) => one.at - other.at);

  const store = {
    // Nobody else's cards stay on the device; answers that wait do, for their owner.
    become: (user) => transact("readwrite", async (rows) => {
      const bundles = rows("bundles");
      for (const owner of await ask(bundles.getAllKeys())) if (owner !== user) bundles.delete(owner);
    }),

    bundle: (user) => transact("readonly", (rows) => ask(rows("bundles").get(user))),

    keep: (bundle) => transact("readwrite", (rows) => ask(rows("bundles").put(bundle))),

    dropBundle: (user) => transact("readwrite", (rows) => ask(rows("bundles").delete(user))),

    // Today's cards that are neither answered nor over, in the order in which they are asked.
    remaining: (user, now) => transact("readonly", async (rows) => {
      const bundle = await ask(rows("bundles").get(user));
      if (!bundle || now >= Date.parse(bundle.until)) return [];
      const answered = new Set((await ask(rows("waiting").getAll(allOf(user)))).map((answer) => answer.card));
      return bundle.cards.filter(({ card }) => !answered.has(card));
    }),

    dropCard: (user, card) => transact("readwrite", async (rows) => removeCard(rows, user, card)),

    waiting: (user) => transact("readonly", async (rows) => inOrder(await ask(rows("waiting").getAll(allOf(user))))),

    // Fails if another tab has answered the card already. Times rise, so that the order of sending is that of answering.
    add: (answer) => transact("readwrite", async (rows) => {
      const earlier = inOrder(await ask(rows("waiting").getAll(allOf(answer.user))));
      const at = Math.max(answer.at, (earlier.at(-1)?.at ?? 0) + 1);
      await ask(rows("waiting").add({ ...answer, at }));
      await removeCard(rows, answer.user, answer.card);
    }),

    // The answer has reached the server; `sentence` says why it did not count, if it did not.
    settle: ({ user, card, attempt, question, language }, sentence) => transact("readwrite", async (rows) => {
      await ask(rows("waiting").delete([user, card]));
      if (sentence) await ask(rows("told").put({ user, attempt, question, language, sentence }));
    }),

    told: (user) => transact("readonly", (rows) => ask(rows("told").getAll(allOf(user)))),

    forgetTold: (user) => transact("readwrite", (rows) => ask(rows("told").delete(allOf(user)))),
  };

  async function removeCard(rows, user, card) {
    const bundle = await ask(rows("bundles").get(user));
    if (bundle) await ask(rows("bundles").put({ ...bundle, cards: bundle.cards.filter((one) => one.card !== card) }));
  }

  window.pactcardsStore = store;
})();
