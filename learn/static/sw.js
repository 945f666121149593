/* Offline: assets come from the cache first, lessons from the network first and from the cache without it.
   No other page is ever kept, and signing in or out forgets the lessons: office computers are shared. */
"use strict";
const ASSETS = "learn-assets-1";
const LESSONS = "learn-lessons-1";
const KEPT_LESSONS = 60;
const ROOT = new URL(self.registration.scope).pathname;
const LESSON = /^courses\/[^/]+\/(?!quizzes\/)[^/]+\/$/;
const TEXTS = [
  ["id", "Tidak ada jaringan", "Halaman ini belum tersimpan di perangkat. Pelajaran yang sudah pernah dibuka tetap bisa dibaca. Yang sudah Anda simpan aman.", "Coba lagi"],
  ["en", "No connection", "This page is not kept on this device. Lessons that were opened before can still be read. What you saved is safe.", "Try again"],
];

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(caches.keys().then((names) => Promise.all(
  names.filter((name) => /^learn-/.test(name) && name !== ASSETS && name !== LESSONS).map((name) => caches.delete(name)),
)).then(() => self.clients.claim())));

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const url = new URL(request.url);
  if (url.origin !== location.origin || !url.pathname.startsWith(ROOT)) return;
  const path = url.pathname.slice(ROOT.length);
  if (request.method === "POST" && /^sign-(in|out)/.test(path)) event.waitUntil(caches.delete(LESSONS));
  if (request.method !== "GET") return;
  if (/^(static|media)\//.test(path) && !request.headers.has("range")) event.respondWith(asset(request));
  else if (request.mode === "navigate") event.respondWith(page(request, LESSON.test(path)));
});

async function asset(request) {
  const cache = await caches.open(ASSETS);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.status === 200 && /immutable/.test(answer.headers.get("Cache-Control"))) {
    await cache.delete(request, { ignoreSearch: true });
    await cache.put(request, answer.clone());
  }
  return answer;
}

async function page(request, isLesson) {
  try {
    const answer = await fetch(request);
    if (isLesson && answer.status === 200 && !answer.redirected) await keep(request, answer.clone());
    return answer;
  } catch (offline) {
    const kept = isLesson && await caches.match(request, { cacheName: LESSONS });
    return kept || noConnection();
  }
}

async function keep(request, answer) {
  const cache = await caches.open(LESSONS);
  await cache.delete(request);
  await cache.put(request, answer);
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - KEPT_LESSONS)).map((key) => cache.delete(key)));
}

async function noConnection() {
  const keys = await (await caches.open(ASSETS)).keys();
  const style = keys.map((key) => key.url).find((address) => address.includes("learn.css"));
  const parts = TEXTS.map(([language, title, text, again]) => `<section lang="${language}"><h2>${title}</h2><p>${text}</p><p><a class="l-btn" href="">${again}</a></p></section>`);
  const html = `<!DOCTYPE html><html lang="id"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${TEXTS[0][1]}</title>${
    style ? `<link rel="stylesheet" href="${style}">` : ""}<body class="learn"><main class="l-page l-narrow">${parts.join("")}</main></body></html>`;
  return new Response(html, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } });
}
