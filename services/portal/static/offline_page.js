// The page that checks labels without a network: shows of what stands on it, hidden, what is true of a code.
import { canCheck, check, readKeys, readShortCode } from "./label_check.js";

const KEYS = "/.well-known/label-keys.json";
const OLD_MS = 7 * 24 * 3600000;

const look = document.querySelector("form.look");
look.addEventListener("submit", (event) => {
  event.preventDefault();
  answer(look.elements.code.value);
});
const asked = opened();
start();

/** A link of a label that led here because nothing answered, or a code in the address. */
function opened() {
  if (location.pathname.startsWith("/01/")) return location.href;
  return new URLSearchParams(location.search).get("code") ?? "";
}

async function start() {
  const [kept, able] = [await fetchedKeys(), await canCheck()];
  show("unable", !able);
  show("without_keys", able && !kept);
  if (kept) tellAge(kept.at);
  look.elements.code.value = asked;
  if (asked) await answer(asked);
}

/** {jwks, at}: when these keys were given out, in milliseconds; null where none are kept. */
async function fetchedKeys() {
  try {
    const answered = await fetch(KEYS);
    return answered.ok ? { jwks: await answered.json(), at: Number(answered.headers.get("Suyuan-Kept")) || Date.now() } : null;
  } catch {
    return null;
  }
}

async function answer(code) {
  if (!code.includes("/")) return tell({ verdict: readShortCode(code) ? "short_code" : "mistyped" });
  const kept = await fetchedKeys();
  if (!kept || !(await canCheck())) return tell({});
  return tell(await check(code, await readKeys(kept.jwks)));
}

function tell({ verdict, label, unknownKey }) {
  for (const one of document.querySelectorAll("[data-verdict]")) one.hidden = one.dataset.verdict !== verdict;
  show("unknown_key", Boolean(unknownKey));
  show("facts", Boolean(label));
  for (const one of document.querySelectorAll("[data-fact]")) {
    one.textContent = asPrinted(one.dataset.fact, label?.[one.dataset.fact] ?? "");
    one.parentElement.hidden = !one.textContent;
  }
  document.getElementById("answer").focus();
}

/** A box's number as it stands under its square: in fours. */
function asPrinted(fact, text) {
  return fact === "serial" && readShortCode(text) ? text.match(/.{4}/g).join("-") : text;
}

function tellAge(at) {
  const written = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });
  const of = document.getElementById("kept_at");
  of.textContent = written.format(at);
  of.dateTime = new Date(at).toISOString();
  show("with_keys", true);
  show("old_keys", Date.now() - at > OLD_MS);
}

function show(id, shown) {
  document.getElementById(id).hidden = !shown;
}
