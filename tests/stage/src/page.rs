//! Finding, waiting, typing and looking in the page, the way a person with a screen reader does it.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::elements::{Element, ElementRef};
use fantoccini::error::CmdError;
use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::error::{Result, StageError};
use crate::programs::repository;
use crate::window::{PATIENCE, Window, picture_folder};

/// The part of the harness that runs in the page.
const PAGE_SCRIPT: &str = include_str!("page.js");
/// Key under which WebDriver hands out elements (W3C WebDriver, section 12.1).
const ELEMENT_KEY: &str = "element-6066-11e4-a52e-4f735466cecf";

/// An accessible name to look for.
#[derive(Clone, Debug)]
pub enum Name {
    /// The whole name, white space aside.
    Exactly(String),
    /// A part of it.
    Containing(String),
    /// Whatever it is.
    Any,
}

impl From<&str> for Name {
    fn from(name: &str) -> Self {
        Self::Exactly(name.to_owned())
    }
}

impl Name {
    /// A name that contains `part`.
    pub fn containing(part: &str) -> Self {
        Self::Containing(part.to_owned())
    }

    fn json(&self) -> Value {
        match self {
            Self::Exactly(name) => json!({ "exact": name }),
            Self::Containing(part) => json!({ "part": part }),
            Self::Any => Value::Null,
        }
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Exactly(name) => write!(f, "named \"{name}\""),
            Self::Containing(part) => write!(f, "with \"{part}\" in its name"),
            Self::Any => write!(f, "of any name"),
        }
    }
}

/// An element of the page, in which further ones can be looked for: a dialog, a row, a list.
#[derive(Debug)]
pub struct Found<'w> {
    window: &'w Window<'w>,
    /// The driver's element.
    pub element: Element,
}

impl<'w> Found<'w> {
    /// Wait for an element of a role and name inside this one.
    pub async fn find(&self, role: &str, name: impl Into<Name>) -> Result<Found<'w>> {
        self.window.look_for(role, &name.into(), Some(&self.element)).await
    }

    /// Wait for an element of a role and name inside this one, and click it.
    pub async fn click_in(&self, role: &str, name: impl Into<Name>) -> Result<()> {
        self.find(role, name).await?.click().await
    }

    /// Click it, as soon as nothing lies over it any more. A switch or checkbox that is drawn by its label is clicked
    /// there, as a person does.
    pub async fn click(&self) -> Result<()> {
        let itself = serde_json::to_value(&self.element).map_err(StageError::driver("an element"))?;
        let drawn = "const e = a[0], t = (e.matches('input[type=checkbox], input[type=radio]') && e.labels?.[0]) || e;
            return reachable(t) ? t : undefined;";
        let target =
            self.window.until(&format!("(() => {{ {drawn} }})()"), vec![itself], "a click would not arrive").await?;
        let id = target.get(ELEMENT_KEY).and_then(Value::as_str).unwrap_or_default().to_owned();
        match Element::from_element_id(self.window.client.clone(), ElementRef::from(id)).click().await {
            Ok(()) => Ok(()),
            // The driver's own message is often empty; its code and the page say more.
            Err(e) => Err(self.window.not_in_page(&format!("a click did not arrive: {e:?}")).await),
        }
    }

    /// The text a person sees in it.
    pub async fn text(&self) -> Result<String> {
        self.element.text().await.map_err(StageError::driver("reading a text"))
    }

    /// An attribute, as written in the page.
    pub async fn attribute(&self, name: &str) -> Result<Option<String>> {
        self.element.attr(name).await.map_err(StageError::driver("reading an attribute"))
    }

    /// What is typed in it.
    pub async fn value(&self) -> Result<String> {
        let value = self.element.prop("value").await.map_err(StageError::driver("reading a value"))?;
        Ok(value.unwrap_or_default())
    }

    /// Type into it, after what is there.
    pub async fn type_text(&self, text: &str) -> Result<()> {
        self.element.send_keys(text).await.map_err(StageError::driver("typing"))
    }

    /// Replace what is typed in it, with the keys a person uses.
    pub async fn replace_text(&self, text: &str) -> Result<()> {
        self.click().await?;
        let clear = format!("{}a{}{}", char::from(Key::Control), char::from(Key::Null), char::from(Key::Backspace));
        self.type_text(&clear).await?;
        if text.is_empty() { Ok(()) } else { self.type_text(text).await }
    }
}

impl Window<'_> {
    /// Wait for a visible element of an ARIA role ("button", "row", "dialog" …) and an accessible name. The role
    /// "field" stands for whatever can be filled in; password fields have no role of their own.
    pub async fn find(&self, role: &str, name: impl Into<Name>) -> Result<Found<'_>> {
        self.look_for(role, &name.into(), None).await
    }

    /// Take the element that `expression` stands for with the pointer, as soon as it is there, and move it that many
    /// pixels to the right.
    pub async fn drag_right(&self, expression: &str, arguments: Vec<Value>, pixels: u32) -> Result<()> {
        let taken = self.until(expression, arguments, "nothing to drag appears").await?;
        let id = taken.get(ELEMENT_KEY).and_then(Value::as_str).unwrap_or_default().to_owned();
        let element = Element::from_element_id(self.client.clone(), ElementRef::from(id));
        let duration = Some(Duration::ZERO);
        let half = f64::from(pixels) / 2.0;
        // In two steps: what is dragged often begins to move with the first and follows from then on.
        let drag = MouseActions::new("mouse".to_owned())
            .then(PointerAction::MoveToElement { element, duration, x: 0.0, y: 0.0 })
            .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
            .then(PointerAction::MoveBy { duration, x: half, y: 0.0 })
            .then(PointerAction::MoveBy { duration, x: half, y: 0.0 })
            .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
        self.client.perform_actions(drag).await.map_err(StageError::driver("dragging"))
    }

    /// All visible elements of a role that are there now, by accessible name.
    pub async fn names(&self, role: &str) -> Result<Vec<String>> {
        let names = self.ask("return named(arguments[0], null).map((f) => f.name);", vec![json!(role)]).await?;
        Ok(names.as_array().into_iter().flatten().filter_map(|n| n.as_str().map(str::to_owned)).collect())
    }

    /// Whether such an element is there now.
    pub async fn has(&self, role: &str, name: impl Into<Name>) -> Result<bool> {
        let script = "return find(arguments[0], arguments[1], null).length > 0;";
        let there = self.ask(script, vec![json!(role), name.into().json()]).await?;
        Ok(there == json!(true))
    }

    /// Wait until no such element is there.
    pub async fn wait_gone(&self, role: &str, name: impl Into<Name>) -> Result<()> {
        let name = name.into();
        let what = format!("a {role} {name} is still there");
        let gone = "find(a[0], a[1], null).length === 0 ? true : undefined";
        self.until(gone, vec![json!(role), name.json()], &what).await.map(drop)
    }

    /// Wait for an element and click it.
    pub async fn click(&self, role: &str, name: impl Into<Name>) -> Result<()> {
        self.find(role, name).await?.click().await
    }

    /// Wait for a field by its label and replace what is in it.
    pub async fn fill(&self, label: impl Into<Name>, text: &str) -> Result<()> {
        self.find("field", label).await?.replace_text(text).await
    }

    /// Press keys where the focus is; [`fantoccini::key::Key`] has the special ones.
    pub async fn press(&self, keys: &str) -> Result<()> {
        let focused = self.client.active_element().await.map_err(StageError::driver("finding the focus"))?;
        focused.send_keys(keys).await.map_err(StageError::driver("pressing keys"))
    }

    /// The accessible name of what has the focus, or nothing.
    pub async fn focused(&self) -> Result<String> {
        let script = "const e = document.activeElement; if (!e || e === document.body) return '';
            return withAxe((commons) => normal(commons.text.accessibleText(e)));";
        Ok(self.ask(script, vec![]).await?.as_str().unwrap_or_default().to_owned())
    }

    /// Wait until a text can be seen in the page.
    pub async fn wait_for_text(&self, text: &str) -> Result<()> {
        let what = format!("the text \"{text}\" does not appear");
        let there = "normal(pageText()).includes(normal(a[0])) ? true : undefined";
        self.until(there, vec![json!(text)], &what).await.map(drop)
    }

    /// Wait until a text can no longer be seen in the page.
    pub async fn wait_for_no_text(&self, text: &str) -> Result<()> {
        let what = format!("the text \"{text}\" does not disappear");
        let gone = "normal(pageText()).includes(normal(a[0])) ? undefined : true";
        self.until(gone, vec![json!(text)], &what).await.map(drop)
    }

    /// Wait until a JavaScript expression over `a` (the arguments) is something other than undefined; the answer is
    /// its value. It is looked at again after every change of the page.
    pub async fn wait_for(&self, expression: &str, arguments: Vec<Value>) -> Result<Value> {
        self.until(expression, arguments, &format!("it does not become true: {expression}")).await
    }

    /// Wait until transitions are over and the page is painted.
    pub async fn settle(&self) -> Result<()> {
        let script = "const done = arguments[arguments.length - 1];
            const ends = document.getAnimations().filter((m) => m.effect?.getComputedTiming().iterations !== Infinity);
            Promise.allSettled([document.fonts.ready, ...ends.map((m) => m.finished)])
              .then(() => requestAnimationFrame(() => requestAnimationFrame(() => done(true))));";
        let settled = self.client.execute_async(script, vec![]).await;
        settled.map(drop).map_err(StageError::driver("waiting for the page to settle"))
    }

    /// The text a person sees in the page.
    pub async fn text(&self) -> Result<String> {
        Ok(self.run("return document.body.innerText;", vec![]).await?.as_str().unwrap_or_default().to_owned())
    }

    /// Everything that the page holds where a leak could lie: markup, typed values, both storages, cookies, history
    /// state and the names of databases, as one text to search in.
    pub async fn everything(&self) -> Result<String> {
        let script = "const done = arguments[arguments.length - 1];
            const values = [...document.querySelectorAll('input,textarea,select')].map((e) => [e.value, e.defaultValue]);
            const stores = [localStorage, sessionStorage].map((s) => Object.entries(s));
            const lists = [caches?.keys?.(), indexedDB?.databases?.()];
            Promise.all(lists.map((l) => Promise.resolve(l).catch(() => []))).then((databases) => done(JSON.stringify(
              [document.documentElement.outerHTML, values, stores, document.cookie, history.state, location.href, databases])));";
        let all = self.client.execute_async(script, vec![]).await;
        Ok(all.map_err(StageError::driver("reading the whole page"))?.as_str().unwrap_or_default().to_owned())
    }

    /// What the content security policy has refused since the page was loaded, one line each.
    pub async fn policy_violations(&self) -> Result<Vec<String>> {
        let reports = self.ask("return policyViolations();", vec![]).await?;
        Ok(reports.as_array().into_iter().flatten().map(|r| r.as_str().unwrap_or_default().to_owned()).collect())
    }

    /// Listen for refusals of the content security policy from now on.
    pub(crate) async fn listen_for_violations(&self) -> Result<()> {
        let script = "window.stageRefusals = []; document.addEventListener('securitypolicyviolation', (e) =>
            window.stageRefusals.push(`${e.effectiveDirective}: ${e.blockedURI} ${e.sourceFile}:${e.lineNumber} ${e.sample}`));";
        self.run(script, vec![]).await.map(drop)
    }

    /// Run the accessibility rules of axe-core (WCAG 2.2 A and AA) over the page as it stands. Findings are an error
    /// that names rule, element and what to do.
    pub async fn check_accessibility(&self) -> Result<()> {
        self.settle().await?;
        self.give_axe().await?;
        let script = "const done = arguments[arguments.length - 1];
            axe.run({ exclude: [['[data-live-announcer]']] }, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'] }).then(
              (r) => done(r.violations.flatMap((v) => v.nodes.map((n) => `${v.id} (${v.impact}): ${n.target.join(' ')}\\n  ${n.failureSummary}`))),
              (e) => done(['axe failed: ' + e]));";
        let findings = self.client.execute_async(script, vec![]).await;
        let findings = findings.map_err(StageError::driver("checking accessibility"))?;
        let lines: Vec<&str> = findings.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        if lines.is_empty() { Ok(()) } else { Err(StageError::Accessibility(lines.join("\n"))) }
    }

    /// Run a script in the page, outside its content security policy.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        self.client.execute(script, arguments).await.map_err(StageError::driver("running a script"))
    }

    /// Run a script that uses the functions of `page.js`.
    async fn ask(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        self.give_axe().await?;
        self.run(&format!("{PAGE_SCRIPT}\n{script}"), arguments).await
    }

    async fn look_for<'w>(&'w self, role: &str, name: &Name, scope: Option<&Element>) -> Result<Found<'w>> {
        let scope = match scope {
            Some(element) => serde_json::to_value(element).map_err(StageError::driver("an element"))?,
            None => Value::Null,
        };
        let what = format!("no {role} {name} appears");
        let found = self.until("find(a[0], a[1], a[2])[0]", vec![json!(role), name.json(), scope], &what).await?;
        match found.get(ELEMENT_KEY).and_then(Value::as_str) {
            Some(id) => {
                let element = Element::from_element_id(self.client.clone(), ElementRef::from(id.to_owned()));
                Ok(Found { window: self, element })
            }
            None => Err(StageError::Driver { step: what, why: format!("not an element: {found}") }),
        }
    }

    /// Wait in the page until `expression` over the arguments `a` is not undefined.
    async fn until(&self, expression: &str, arguments: Vec<Value>, what: &str) -> Result<Value> {
        self.give_axe().await?;
        // Less than the driver's own limit for scripts (30 s), so that the page, not the driver, says what is missing.
        let patience = PATIENCE.as_millis() * 2 / 3;
        let script = format!(
            "const a = [...arguments], done = a.pop();\n{PAGE_SCRIPT}\nuntil(() => ({expression}), {patience}, done);"
        );
        let answer = self.client.execute_async(&script, arguments).await.map_err(StageError::driver(what))?;
        match (answer.get("value"), answer.get("error").and_then(Value::as_str)) {
            (Some(value), _) => Ok(value.clone()),
            (None, Some(error)) => Err(StageError::Driver { step: what.to_owned(), why: error.to_owned() }),
            (None, None) => Err(self.not_in_page(what).await),
        }
    }

    /// An error with what the page looks like now.
    async fn not_in_page(&self, what: &str) -> StageError {
        static COUNT: AtomicU32 = AtomicU32::new(1);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = picture_folder().join(format!("failed-{}-{number}.png", std::process::id()));
        let picture = match self.picture_to(&path).await {
            Ok(()) => path.display().to_string(),
            Err(e) => e.to_string(),
        };
        let page = self.text().await.unwrap_or_else(|e| e.to_string());
        StageError::Page { what: what.to_owned(), page, picture }
    }

    /// Put axe-core into the page, once for each load.
    async fn give_axe(&self) -> Result<()> {
        let there = self.run("return typeof axe === 'object';", vec![]).await?;
        if there == json!(true) {
            return Ok(());
        }
        let path = repository().join("ui/node_modules/axe-core/axe.min.js");
        let source = std::fs::read_to_string(&path)
            .map_err(StageError::io(format!("{} (npm ci in ui/ installs it)", path.display())))?;
        let given: std::result::Result<Value, CmdError> =
            self.client.execute(&format!("{source}\nwindow.axe = axe; return true;"), vec![]).await;
        given.map(drop).map_err(StageError::driver("giving axe-core to the page"))
    }
}
