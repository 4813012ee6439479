/* exported courseChosen */
// What a teacher's link to the site chooses, `?lessons=02,04&class=kite`; this browser keeps it until another
// link chooses anew. The first page and the lessons' page both ask here. Nothing of a link is trusted: lessons
// are looked up among those that are here, and the class is a text of a few plain signs.
const courseChosen = (() => {
  const build = "BUILD"; // which build of the site this is, and the paths of its lessons
  const lessons = /** @type {string[]} */ ([..."LESSONS"]);
  const key = `course ${new URL(".", /** @type {HTMLScriptElement} */ (document.currentScript).src).pathname}`;
  const CLASS = /^[\p{L}\p{N}_.@+-][\p{L}\p{N}_ .@+-]{0,39}$/u;
  const AGAIN = "ask your teacher for it again.";

  let asked = new URLSearchParams(location.search);
  const anew = asked.has("lessons") || asked.has("class");
  try {
    if (!anew) asked = new URLSearchParams(localStorage.getItem(key) ?? "");
  } catch (error) {
    console.warn("a class's link is not kept:", error); // the browser stores nothing for this page
  }
  const name = (/** @type {string} */ path) => path.replace(/^.*\/|\.ipynb$/g, "");
  const is = (/** @type {string} */ path, /** @type {string} */ one) =>
    `${name(path)}_`.startsWith(`${one}_`);
  const wanted = asked
    .get("lessons")
    ?.split(",")
    .flatMap((one) => one.trim() || []);
  const missing = wanted?.find((one) => !lessons.some((path) => is(path, one)));
  const problems = [];
  if (wanted && !wanted.length) problems.push(`The link names no lesson, so all are shown: ${AGAIN}`);
  if (missing)
    problems.push(
      `The link names a lesson ‘${missing.slice(0, 40)}’ that is not here, so all are shown: ${AGAIN}`,
    );
  const found = problems.length ? undefined : wanted;
  const chosen = found ? lessons.filter((path) => found.some((one) => is(path, one))) : lessons;

  let named = (asked.get("class") ?? "").normalize("NFC").trim();
  if (named && !CLASS.test(named)) {
    problems.push(`The link’s name of a class cannot be used, so your work bears none: ${AGAIN}`);
    named = "";
  }
  try {
    const good = { ...(found && { lessons: found.join() }), ...(named && { class: named }) };
    if (anew) localStorage.setItem(key, new URLSearchParams(good).toString());
  } catch (error) {
    console.warn("a class's link is not kept:", error);
  }

  /** Returns whether a path leads to lessons alone that are not chosen. */
  const hidden = (/** @type {string} */ path) => {
    const inside = lessons.filter((one) => one === path || one.startsWith(`${path}/`));
    return inside.length > 0 && !inside.some((one) => chosen.includes(one));
  };
  const title = (/** @type {string} */ path) =>
    name(path)
      .replaceAll("_", " ")
      .replace(/[a-z]/, (first) => first.toUpperCase());
  return { build, lessons, chosen, named, problem: problems.join(" "), hidden, title };
})();
