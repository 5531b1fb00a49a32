// Keeps what is typed: on this device at once, on the server a moment later. What could not be sent waits here, survives
// a restart, and is sent when the network is back; what somebody else changed meanwhile is shown, never overwritten.
"use strict";
(() => {
  const words = document.getElementById("keep");
  if (!words) return;
  const { who, csrf } = words.dataset;
  const PREFIX = `binhyen ${who} `;
  const PAUSE = 1500, RETRY = 15000, DAY = 86400000;
  const form = document.querySelector("form[data-keep]");
  const status = document.getElementById("keep-status");
  const say = (word, more) => {
    status.textContent = words.dataset[word].replace("%", more || "");
    status.dataset.state = word;
  };
  const read = key => JSON.parse(localStorage.getItem(key));
  const write = (key, item) => localStorage.setItem(key, JSON.stringify(item));
  const fields = () => [...new FormData(form)].filter(([name]) => name !== "csrf");
  const isRevision = name => name.startsWith("revision");
  const bare = list => JSON.stringify(list.filter(it => !isRevision(it[0]) && it[1] !== ""));
  const newest = list => list.filter(it => isRevision(it[0])).reduce((sum, it) => sum + Number(it[1]), 0);

  // "sent" with the server's answer, "offline", "conflict", or "signin" when the session has ended.
  const send = async (address, list) => {
    try {
      const body = new URLSearchParams([...list, ["csrf", csrf]]);
      const answer = await fetch(address, { method: "POST", body });
      const known = (answer.headers.get("content-type") || "").includes("json");
      if (!known) return { state: answer.status >= 500 ? "offline" : "signin" };
      return { state: answer.ok ? "sent" : "conflict", answer: await answer.json() };
    } catch {
      return { state: "offline" };
    }
  };

  const show = issues => {
    for (const cell of form.querySelectorAll("input[data-cell]")) {
      const text = issues[cell.name] || "";
      let at = document.getElementById(`e.${cell.name.slice(2)}`);
      if (!at && text) {
        at = document.createElement("p");
        at.className = "issue";
        at.id = `e.${cell.name.slice(2)}`;
        cell.after(at);
        cell.setAttribute("aria-describedby", `${at.id} ${cell.getAttribute("aria-describedby") || ""}`.trim());
      }
      if (at) at.textContent = text;
      if (text) cell.setAttribute("aria-invalid", "true"); else cell.removeAttribute("aria-invalid");
    }
  };

  // `flight` is what is on its way: one at a time, and whoever sends the form waits for it, else the form would come with
  // the revision before and be told that somebody else was quicker.
  let timer, flight = null, dirty = false, blocked = false;
  const key = form && PREFIX + form.dataset.keep;
  const hold = sent => write(key, { fields: fields(), at: Date.now(), title: document.title, page: location.pathname + location.search, sent });
  const deliver = async () => {
    dirty = false;
    const { state, answer } = await send(form.dataset.keep, fields());
    for (const [name, value] of Object.entries(answer?.fields || {})) form.elements[name].value = value;
    if (state === "sent") {
      hold(!dirty);
      show(answer.issues);
      say("sent", answer.at);
      return dirty ? deliver() : state;
    }
    dirty = true;
    blocked = state === "conflict";
    say(state);
    if (!blocked) timer = setTimeout(flush, RETRY);
    return state;
  };
  const flush = async () => {
    clearTimeout(timer);
    if (blocked) return "conflict";
    if (dirty && !flight) flight = deliver().finally(() => { flight = null; });
    return flight || "sent";
  };

  const fill = list => {
    for (const [name, value] of list) if (form.elements[name] && name !== "act") form.elements[name].value = value;
    document.dispatchEvent(new Event("restored"));
  };
  const restore = () => {
    if (form.dataset.unsaved) return hold(false);
    const item = read(key);
    if (!item) return;
    const [here, there] = [newest(fields()), newest(item.fields)];
    if (bare(fields()) === bare(item.fields)) {
      if (there <= here) localStorage.removeItem(key); else fill(item.fields);
    } else if (there > here || (there === here && !item.sent)) {
      // The page is an older copy, or what was typed was never sent.
      fill(item.fields);
      if (!item.sent) { dirty = true; say("waiting"); flush(); }
    } else if (item.sent) {
      localStorage.removeItem(key);
    } else {
      fill(item.fields);
      dirty = blocked = true;
      say("conflict");
    }
  };
  if (form) {
    restore();
    form.addEventListener("input", () => {
      dirty = true;
      hold(false);
      clearTimeout(timer);
      timer = setTimeout(flush, PAUSE);
    });
    form.addEventListener("submit", async event => {
      // The server answers with everything that was typed, be it kept or not.
      if ((!dirty && !flight) || blocked) return localStorage.removeItem(key);
      event.preventDefault();
      const state = await flush();
      if (state === "sent" || state === "conflict") { dirty = false; form.requestSubmit(event.submitter); }
    });
    addEventListener("online", flush);
  }

  // What waits from other pages.
  const others = async () => {
    const list = document.getElementById("keep-conflicts");
    let sent = 0;
    for (const other of Object.keys(localStorage).filter(it => it.startsWith(PREFIX) && it !== key)) {
      const item = read(other);
      if (item.sent) { if (Date.now() - item.at > DAY) localStorage.removeItem(other); continue; }
      const { state } = await send(other.slice(PREFIX.length), item.fields);
      if (state === "sent") { localStorage.removeItem(other); sent += 1; say("queue", String(sent)); }
      else if (state !== "conflict") { say(state); break; }
      else if (list) {
        const link = document.createElement("a");
        link.href = item.page;
        link.textContent = item.title;
        const line = document.createElement("li");
        line.append(link);
        list.append(line);
        list.parentElement.hidden = false;
      }
    }
  };
  others();
  addEventListener("online", others);

  for (const out of document.querySelectorAll("form[action='/sign-out']"))
    out.addEventListener("submit", () => {
      for (const it of Object.keys(localStorage).filter(it => it.startsWith(PREFIX))) if (read(it).sent) localStorage.removeItem(it);
    });

  // The worker serves this page again while the network is cut.
  if (navigator.serviceWorker) navigator.serviceWorker.register("/worker.js").then(async () => {
    await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller) return;
    const parts = [...document.querySelectorAll("link[rel=stylesheet], script[src]")].map(it => it.href || it.src);
    await (await caches.open("binhyen-parts")).addAll(parts);
    const page = location.pathname + location.search.replace(/[?&]done=[^&]*/, "");
    await (await caches.open("binhyen-pages")).add(page);
  }).catch(() => {});
})();
