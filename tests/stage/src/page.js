// What a person finds in the page: elements by role and accessible name, as assistive technology computes them.
// Sent with every step; `axe` (axe-core) is put into the page before.
const normal = (text) => (text ?? "").replace(/\s+/g, " ").trim();

const visible = (element) =>
  element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }) && element.getClientRects().length > 0;

const matches = (name, wanted) =>
  wanted === null || (wanted.exact !== undefined ? name === normal(wanted.exact) : name.includes(normal(wanted.part)));

/** Run `work` while axe knows the page. */
function withAxe(work) {
  axe.teardown();
  axe.setup(document.documentElement);
  try {
    return work(axe.commons);
  } finally {
    axe.teardown();
  }
}

const FIELDS = "input:not([type=hidden]), textarea, select, [role=textbox], [role=searchbox], [role=combobox], [role=spinbutton]";

/** Visible elements of a role ("field" stands for whatever can be filled in), with their accessible names. */
function named(role, scope) {
  const root = scope ?? document;
  return withAxe((commons) => {
    const found = [];
    for (const element of root.querySelectorAll(role === "field" ? FIELDS : "*")) {
      if (role !== "field" && commons.aria.getRole(element) !== role) continue;
      // A checkbox or switch is often drawn by its label while the input itself is hidden from sight.
      if (!visible(element) && !(element.labels?.length && [...element.labels].some(visible))) continue;
      found.push({ element, name: normal(commons.text.accessibleText(element)) });
    }
    return found;
  });
}

/** Elements of a role and name, in the order of the page. */
const find = (role, wanted, scope) => named(role, scope).filter((f) => matches(f.name, wanted)).map((f) => f.element);

/**
 * What the content security policy refused: heard since the window opened, and what it left without effect before
 * anybody listened (a refused <style> has no rules, a refused style attribute sets no property).
 */
function policyViolations() {
  const styles = [...document.querySelectorAll("style")].filter((s) => s.textContent.trim() && !s.sheet?.cssRules.length);
  const attributes = [...document.querySelectorAll("[style]")].filter((e) => e.getAttribute("style").trim() && !e.style.length);
  const shown = (e) => `left without effect: ${e.outerHTML.slice(0, 200)}`;
  return [...(window.stageRefusals ?? ["nobody listened"]), ...styles.map(shown), ...attributes.map(shown)];
}

/** Whether a click in the middle of an element arrives at it: nothing, such as a dialog that is closing, lies over it. */
function reachable(element) {
  element.scrollIntoView({ block: "nearest", inline: "nearest" });
  const box = element.getClientRects()[0];
  if (!box) return false;
  const middle = (from, to, size) => (Math.max(0, from) + Math.min(size, to)) / 2;
  const hit = document.elementFromPoint(middle(box.left, box.right, innerWidth), middle(box.top, box.bottom, innerHeight));
  return hit !== null && element.contains(hit);
}

/** The text a person sees. */
const pageText = () => document.body.innerText;

/**
 * Answer as soon as `condition` gives something other than undefined, looking again after every change of the page and
 * ten times a second for what changes without one (values, layout). Gives null when patience ends.
 */
function until(condition, patience, done) {
  let over = false;
  const finish = (answer) => {
    if (over) return;
    over = true;
    observer.disconnect();
    clearInterval(tick);
    clearTimeout(end);
    done(answer);
  };
  const look = () => {
    if (over) return;
    try {
      const answer = condition();
      if (answer !== undefined) finish({ value: answer });
    } catch (error) {
      finish({ error: String(error) });
    }
  };
  const observer = new MutationObserver(look);
  observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  const tick = setInterval(look, 100);
  const end = setTimeout(() => finish(null), patience);
  look();
}
