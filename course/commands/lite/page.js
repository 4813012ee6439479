/* global courseChosen */
const COURSE_NOTEBOOKS = [...courseChosen.lessons, "notebooks/glossary.ipynb"];

// Forgets which lessons were open: JupyterLite would open them all again, each with a Python of its own, and
// a small computer has memory for two or three. And drops the copies of lessons that another build of the site
// left here: JupyterLite would show them in place of the new ones. They hold no answers, and what a student made
// or answered is never touched. The page waits for this before it starts.
const courseReady = new Promise((done) => {
  const ask = indexedDB.open(`JupyterLite Storage - ${new URL("../", location.href).pathname}`);
  ask.onupgradeneeded = () => ask.transaction?.abort(); // the first visit: JupyterLite makes it
  ask.onerror = done; // so it is then, and where the browser stores nothing
  ask.onsuccess = () => {
    const stored = ask.result;
    const end = () => done(stored.close());
    const names = ["statedb", "files", "checkpoints"].filter((one) => stored.objectStoreNames.contains(one));
    if (!names.length) return end();
    const change = stored.transaction(names, "readwrite");
    change.oncomplete = change.onabort = end;
    if (names.includes("statedb")) change.objectStore("statedb").clear();
    if (!names.includes("files")) return;
    const look = change.objectStore("files").openCursor(IDBKeyRange.bound("notebooks/", "notebooks0"));
    look.onsuccess = () => {
      const kept = look.result;
      if (!kept) return;
      const path = String(kept.key);
      const of = kept.value?.content?.metadata?.course; // the first builds wrote nothing there
      if (of ? of.notebook === path && of.build !== courseChosen.build : COURSE_NOTEBOOKS.includes(path)) {
        kept.delete();
        if (names.includes("checkpoints")) change.objectStore("checkpoints").delete(path);
      }
      kept.continue();
    };
  };
});

// The kernel learns of which class the work is, and a hand-in bears it (course/lessons/handin.py).
const courseConfigured = (/** @type {any} */ config) => {
  const kernel = config.litePluginSettings["@jupyterlite/pyodide-kernel-extension:kernel"];
  kernel.loadPyodideOptions.env.COURSE_CLASS = courseChosen.named;
};
Object.assign(window, { courseReady, courseConfigured });

// The list of files shows the chosen lessons and no others; a link in a lesson still opens its neighbour. The
// copy of a lesson that is kept here tells of which build it is.
Object.defineProperty(window, "jupyterapp", {
  configurable: true,
  set: (/** @type {any} */ app) => {
    Object.defineProperty(window, "jupyterapp", { value: app });
    const { contents } = app.serviceManager;
    const [get, save] = [contents.get.bind(contents), contents.save.bind(contents)];
    contents.get = async (/** @type {string} */ path, /** @type {any} */ how) => {
      const found = await get(path, how);
      if (found.type !== "directory" || !found.content) return found;
      const shown = (/** @type {any} */ one) => !courseChosen.hidden(one.path);
      return { ...found, content: found.content.filter(shown) };
    };
    contents.save = (/** @type {string} */ path, /** @type {any} */ how) => {
      if (!COURSE_NOTEBOOKS.includes(path) || !how?.content?.metadata) return save(path, how);
      const course = { notebook: path, build: courseChosen.build };
      const content = { ...how.content, metadata: { ...how.content.metadata, course } };
      return save(path, { ...how, content });
    };
  },
});

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
    bar.textContent = `${courseChosen.problem} ${text}`.trim();
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
  if (courseChosen.problem) say("");
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
          const got = await fetch(url, { cache: "no-cache" }); // not what the browser kept of an older build
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
