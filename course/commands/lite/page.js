// Forgets which lessons were open: JupyterLite would open them all again, each with a Python of its own, and
// a small computer has memory for two or three. The page waits for this before it starts.
const courseReady = new Promise((done) => {
  const ask = indexedDB.open(`JupyterLite Storage - ${new URL("../", location.href).pathname}`);
  ask.onupgradeneeded = () => ask.transaction?.abort(); // the first visit: JupyterLite makes it
  ask.onerror = done; // so it is then, and where the browser stores nothing
  ask.onsuccess = () => {
    const stored = ask.result;
    const end = () => done(stored.close());
    if (!stored.objectStoreNames.contains("statedb")) return end();
    const change = stored.transaction("statedb", "readwrite");
    change.objectStore("statedb").clear();
    change.oncomplete = change.onabort = end;
  };
});
Object.assign(window, { courseReady });

// Keeps a whole copy of the site in the cache from which its service worker answers without a network,
// and says what the page can and cannot do. Its files and the name of this build stand in offline.json.
window.addEventListener("load", async () => {
  const bar = document.createElement("div");
  bar.setAttribute("role", "status");
  bar.id = "course-offline";
  bar.style.cssText =
    "position:fixed;bottom:0;left:50%;transform:translateX(-50%);z-index:9999;padding:2px 12px;" +
    "background:#fff8c5;color:#1f2328;border:1px solid #6e7781;font:13px/1.5 sans-serif;max-width:90vw";
  const say = (/** @type {string} */ text, seconds = 0) => {
    bar.textContent = text;
    document.body.append(bar);
    if (seconds) setTimeout(() => bar.remove(), seconds * 1000);
    else {
      const close = document.createElement("button");
      close.textContent = "Close";
      close.style.marginLeft = "12px";
      close.onclick = () => bar.remove();
      bar.append(close);
    }
  };
  const ABOUT = " Use ‘Save my work’ before you leave this page.";
  if (!window.isSecureContext)
    return say(
      "At this address the browser keeps no work, and opens nothing without a network: it needs https or" +
        ` localhost.${ABOUT}`,
    );
  const late = new Promise((_, fail) => setTimeout(() => fail(new Error("no service worker")), 30000));
  try {
    await Promise.race([navigator.serviceWorker.ready, late]);
    await navigator.storage?.persist?.(); // asks the browser not to clear work when its disk fills up
    const base = new URL("../", document.baseURI);
    const answer = await fetch(new URL("offline.json", base), { cache: "no-store" });
    const { build, files } = await answer.json();
    const mine = `${base.pathname} `; // another course may stand beside this one
    const cache = await caches.open(mine + build);
    const kept = new Set((await cache.keys()).map((one) => one.url));
    const todo = files
      .map((/** @type {string} */ name) => new URL(name, base).href)
      .filter((/** @type {string} */ url) => !kept.has(url));
    if (todo.length) {
      await new Promise((done) => setTimeout(done, 20000)); // the first cells come first
      const next = async () => {
        for (let url = todo.pop(); url; url = todo.pop()) {
          const got = await fetch(url);
          if (!got.ok) throw new Error(`${got.status} ${url}`);
          await cache.put(url, got);
        }
      };
      await Promise.all([next(), next(), next(), next()]);
      for (const name of await caches.keys())
        if (name.startsWith(mine) && name !== mine + build) await caches.delete(name);
      say("The course is kept in this browser: it opens again without a network.", 15);
    }
    document.documentElement.dataset.offline = "ready";
  } catch (error) {
    if (navigator.onLine) console.warn("not kept for use without a network:", error);
    if (!(await caches?.keys?.().catch(() => []))?.length)
      say(
        "This browser could not keep the course: it will not open without a network, and may forget your" +
          ` work.${ABOUT}`,
      );
  }
});
