// While the network is cut, serves the pages of work as this person last saw them. Nothing is kept of any other page, and
// nothing is left when somebody signs in or out.
"use strict";
const PAGES = "binhyen-pages", PARTS = "binhyen-parts";
const WORK = /^\/(work(\/matrix)?|returns\/[^/]+)$/;

const page = async (request, address, kept) => {
  try {
    const answer = await fetch(request);
    if (kept && answer.ok) await (await caches.open(PAGES)).put(address, answer.clone());
    return answer;
  } catch {
    return await caches.match(address) || await caches.match("/offline") || Response.error();
  }
};
const part = async request => {
  const known = await caches.match(request);
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(PARTS)).put(request, answer.clone());
  return answer;
};

addEventListener("install", event => {
  skipWaiting();
  event.waitUntil(caches.open(PARTS).then(it => it.add(new Request("/offline", { credentials: "omit" }))));
});
addEventListener("activate", event => event.waitUntil(clients.claim()));
addEventListener("fetch", event => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method === "GET" && url.pathname.startsWith("/static/")) return event.respondWith(part(request));
  if (request.mode !== "navigate") return;
  if (request.method === "POST" && /^\/sign-(in|out)/.test(url.pathname)) event.waitUntil(caches.delete(PAGES));
  url.searchParams.delete("done");
  const kept = request.method === "GET" && WORK.test(url.pathname);
  event.respondWith(page(request, url.pathname + url.search, kept));
});
