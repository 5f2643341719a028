// So that labels can be checked without a network from now on. Nothing is lost where a browser has no such thing.
navigator.serviceWorker?.register("/service-worker.js").catch(() => undefined);
