// The camera, and a photo, beside the box for a code. Read on the phone where the browser can (BarcodeDetector), else a
// picture is sent here and read, and not kept. What was read is put into the box, as if it had been typed.

const READ_HERE = "/photo";
const FORMATS = ["qr_code", "data_matrix", "ean_13", "code_128"];
const WIDEST_PX = 1600;
const FRAME_PX = 800;
const BETWEEN_MS = { onPhone: 150, sent: 900 };

const look = document.querySelector("form.look");
const scan = document.getElementById("scan");
const [open, close, view, photo, said] = ["open", "close", "view", "photo", "said"].map((id) =>
  document.getElementById(`camera_${id}`),
);
let stream = null;

open.hidden = !navigator.mediaDevices?.getUserMedia;
open.addEventListener("click", watch);
close.addEventListener("click", stop);
document.addEventListener("visibilitychange", () => document.hidden && stop());
photo.addEventListener("change", readPhoto);
scan.addEventListener("submit", (event) => event.preventDefault());
for (const one of scan.querySelectorAll("[data-without-script]")) one.hidden = true;

async function watch() {
  say("");
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
  } catch {
    return say("refused");
  }
  view.srcObject = stream;
  showing(true);
  await view.play();
  const detector = await ownDetector();
  while (stream) {
    const text = await read(view, view.videoWidth, view.videoHeight, FRAME_PX, detector);
    if (text && stream) return found(text);
    await new Promise((done) => setTimeout(done, detector ? BETWEEN_MS.onPhone : BETWEEN_MS.sent));
  }
}

async function readPhoto() {
  if (!photo.files.length) return;
  say("reading");
  const picture = await createImageBitmap(photo.files[0]).catch(() => null);
  const text = picture && (await read(picture, picture.width, picture.height, WIDEST_PX, await ownDetector()));
  photo.value = "";
  if (text) found(text);
  else say("nothing");
}

/** Null where this browser reads no squares by itself. */
async function ownDetector() {
  const able = (await globalThis.BarcodeDetector?.getSupportedFormats().catch(() => [])) ?? [];
  const formats = FORMATS.filter((one) => able.includes(one));
  return formats.includes("qr_code") ? new BarcodeDetector({ formats }) : null;
}

/** The text in a picture, or "". */
async function read(source, width, height, widest, detector) {
  if (!width) return "";
  try {
    return detector ? ((await detector.detect(source))[0]?.rawValue ?? "") : await sent(source, width, height, widest);
  } catch {
    return "";
  }
}

async function sent(source, width, height, widest) {
  const scale = Math.min(1, widest / Math.max(width, height));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(height * scale)];
  canvas.getContext("2d").drawImage(source, 0, 0, canvas.width, canvas.height);
  const body = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
  const answer = await fetch(READ_HERE, { method: "POST", headers: { Accept: "application/json", "Content-Type": "image/jpeg" }, body });
  return answer.ok ? ((await answer.json()).codes[0] ?? "") : "";
}

function found(text) {
  stop();
  say("");
  look.elements.code.value = text;
  look.requestSubmit();
}

function stop() {
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
  showing(false);
}

function showing(live) {
  [view.hidden, close.hidden, open.hidden] = [!live, !live, live];
}

function say(what) {
  for (const one of said.children) one.hidden = one.dataset.said !== what;
}
