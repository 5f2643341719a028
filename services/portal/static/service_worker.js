// Keeps the page that checks labels and the keys it needs, and gives that page where a label's link is opened without a
// network. Asks this site alone; what is recorded of goods is never kept.

const KEPT = "suyuan-labels";
const PAGE = "/offline";
const KEYS = "/.well-known/label-keys.json";
const RENEWED_AFTER_MS = 3600000;
const LOOKED_UP = /^\/(?:$|offline$|look$|b$|01\/)/;

self.addEventListener("install", (event) => event.waitUntil(keep().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== self.location.origin) return;
  if (event.request.mode === "navigate" && LOOKED_UP.test(pathname)) event.respondWith(page(event));
  else if (pathname === KEYS) event.respondWith(fetch(event.request).catch(() => kept(KEYS)));
  else if (pathname.startsWith("/static/")) event.respondWith(asset(event.request));
});

async function page(event) {
  try {
    const answer = await fetch(event.request);
    event.waitUntil(renew());
    return answer;
  } catch {
    return kept(PAGE);
  }
}

async function asset(request) {
  return (await (await caches.open(KEPT)).match(request)) ?? fetch(request); // its name holds its hash
}

async function kept(name) {
  return (await (await caches.open(KEPT)).match(name)) ?? Response.error();
}

/** Once an hour while there is a network, so that a withdrawn key is known and the page is of today. */
async function renew() {
  const keys = await (await caches.open(KEPT)).match(KEYS);
  const age = Date.now() - Number(keys?.headers.get("Suyuan-Kept") ?? 0);
  if (age > RENEWED_AFTER_MS || age < 0) await keep().catch(() => undefined);
}

/** All or nothing: what was kept stands until what replaces it has come. */
async function keep() {
  const [page, keys] = await Promise.all([PAGE, KEYS].map((one) => fetch(one, { cache: "no-cache" })));
  const [html, listed] = [await page.clone().text(), await keys.clone().json()];
  if (!page.ok || page.redirected || !keys.ok || !listed.keys.length) throw new Error("what came is not ours to keep");
  const cache = await caches.open(KEPT);
  const named = new Set(html.match(/\/static\/[\w./-]+/g));
  await cache.addAll(named);
  await cache.put(KEYS, dated(keys));
  await cache.put(PAGE, page);
  for (const { url } of await cache.keys()) {
    const { pathname } = new URL(url);
    if (pathname.startsWith("/static/") && !named.has(pathname)) await cache.delete(url);
  }
}

function dated(keys) {
  const headers = { "Content-Type": "application/jwk-set+json", "Suyuan-Kept": String(Date.now()) };
  return new Response(keys.body, { headers });
}
