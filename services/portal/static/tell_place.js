// Where its reader presses for it, roughly where this label is looked up: rounded here, before anything is sent.

const SENT_TO = "/labels/place";
const COARSE = { enableHighAccuracy: false, maximumAge: 600000, timeout: 20000 };

const place = document.getElementById("place");
const button = document.getElementById("tell_place");

place.hidden = !navigator.geolocation;
button.addEventListener("click", () => {
  button.disabled = true;
  navigator.geolocation.getCurrentPosition(send, () => say("refused"), COARSE);
});

async function send({ coords }) {
  const body = new URLSearchParams({
    look: place.dataset.look,
    place: [coords.latitude, coords.longitude].map((degrees) => degrees.toFixed(1)).join(","),
  });
  const answer = await fetch(SENT_TO, { method: "POST", body, credentials: "omit" }).catch(() => null);
  say(answer?.ok ? "thanks" : "failed");
}

function say(what) {
  for (const one of place.querySelectorAll("[data-said]")) one.hidden = one.dataset.said !== what;
  button.hidden = what === "thanks";
  button.disabled = false;
}
