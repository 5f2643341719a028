// What can be said of a label without us. Reads a link letter for letter as provenance/labels/scanned_link.py does and
// checks its Ed25519 signature with WebCrypto (Chromium 137, Firefox 130, Safari 17); tests hold the two together.

const NUMBER = "(?:[\\w.~-]|%[0-9A-F]{2})+";
const BASE64 = "[\\w-]{90}[AEIMQUYcgkosw048]|[\\w-]{104}"; // 68 bytes without spare bits, or 78 with a roll's number
const ADDED = "(?:&(?!sig=)[A-Za-z_][\\w.-]*=[!$%'-;=?-~]*)*(?:#[\\w.-]+)?";
const LABEL = new RegExp(`^/01/([0-9]{14})(?:/10/(${NUMBER}))?/21/(${NUMBER})\\?sig=(${BASE64})${ADDED}$`);
const AROUND = /^[ \t\r\n]+|[ \t\r\n]+$/g;
const ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
const ED25519 = { name: "Ed25519" };

/** Whether this browser can check signatures at all; old phones cannot. */
export async function canCheck() {
  try {
    await imported(new Uint8Array(32).fill(1, 0, 1)); // the neutral point: a key like any other to import
    return true;
  } catch {
    return false;
  }
}

/** Keys by their id of eight hex digits, from a JWK set (RFC 7517). A key that is listed as trusted is so. */
export async function readKeys(jwks) {
  const keys = new Map();
  for (const jwk of jwks.keys.filter((one) => one.kty === "OKP" && one.crv === "Ed25519")) {
    const raw = bytesOf(jwk.x);
    const id = hex(new Uint8Array(await crypto.subtle.digest("SHA-256", raw)).slice(0, 4));
    const withdrawn = Boolean(jwk.revoked) && (keys.get(id)?.withdrawn ?? true);
    keys.set(id, { key: await imported(raw), withdrawn });
  }
  return { keys, issuer: jwks.issuer, url: jwks.url };
}

/** {verdict: signed | key_withdrawn | not_ours, label?, unknownKey?} of what was scanned or typed. */
export async function check(scanned, { keys, issuer, url }) {
  const link = readLink(scanned, url);
  if (!link) return { verdict: "not_ours" };
  const by = keys.get(link.keyId);
  if (!by) return { verdict: "not_ours", unknownKey: true };
  const signed = await crypto.subtle.verify(ED25519, by.key, link.signature, message(link.label, issuer));
  if (!signed) return { verdict: "not_ours" };
  return { verdict: by.withdrawn ? "key_withdrawn" : "signed", label: link.label };
}

/** A short code as it is printed, where its check character is right; else null. */
export function readShortCode(typed) {
  const code = typed.replace(/[\s\-–—_.]/g, "").toUpperCase();
  const places = [...code].map((one) => ALPHABET.indexOf(one));
  if (code.length !== 12 || places.includes(-1)) return null;
  const sum = places.slice(0, 11).reduce((total, place, at) => total + (at + 2) * place, 0) % 31;
  return sum === places[11] ? code : null;
}

function readLink(scanned, url) {
  const text = scanned.replace(AROUND, "");
  const base = url.replace(/\/+$/, "");
  const found = text.startsWith(base) && LABEL.exec(text.slice(base.length));
  if (!found) return null;
  const [lot, serial] = [found[2] ?? "", found[3]].map(plain);
  const raw = bytesOf(found[4]);
  const roll = String.fromCharCode(...raw.slice(68));
  if (lot === null || serial === null || Boolean(lot) === Boolean(roll)) return null;
  return { label: { gtin: found[1], lot, serial, roll }, keyId: hex(raw.slice(0, 4)), signature: raw.slice(4, 68) };
}

/** Without its escapes; null where it is not escaped as we escape. */
function plain(number) {
  if (!number.includes("%")) return number;
  try {
    const text = decodeURIComponent(number);
    const again = encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${hex([one.charCodeAt(0)]).toUpperCase()}`);
    return again === number ? text : null;
  } catch {
    return null;
  }
}

function message({ gtin, lot, serial, roll }, issuer) {
  const [kind, of] = roll ? ["suyuan-roll-label-v1", roll] : ["suyuan-label-v1", lot];
  return new TextEncoder().encode([kind, issuer, gtin, of, serial].join("\0"));
}

function imported(raw) {
  return crypto.subtle.importKey("raw", raw, ED25519, false, ["verify"]);
}

function bytesOf(base64url) {
  const text = atob(base64url.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(text, (one) => one.charCodeAt(0));
}

function hex(bytes) {
  return Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
}
