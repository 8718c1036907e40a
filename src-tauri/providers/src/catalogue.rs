//! Reads catalogue files: the built-in ones when they are first asked for, an organisation's own from a folder.

use std::num::NonZeroUsize;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Once, OnceLock};
use std::{fs, thread};

use crate::Provider;
use crate::lint::{self, Expressions};

/// Id and content of each built-in file, sorted by id; the content as JSON, see `build.rs`.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));

/// An own file larger than this is refused; the largest built-in one has a tenth of it.
const MAX_FILE_BYTES: u64 = 256 * 1024;

/// One built-in provider, parsed when it is first asked for. The tests prove that every file parses.
static BUILTIN: LazyLock<Vec<OnceLock<Option<Provider>>>> =
    LazyLock::new(|| FILES.iter().map(|_| OnceLock::new()).collect());

/// Done when all built-in ones were asked for at once.
static ALL_PARSED: Once = Once::new();

/// The providers that this program knows.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    own: Vec<Arc<Provider>>,
}

/// A provider that stays as it is for whoever holds it, also when the catalogue is read again meanwhile.
#[derive(Clone, Debug)]
pub enum HeldProvider {
    /// A built-in one.
    BuiltIn(&'static Provider),
    /// One of the organisation's own.
    Own(Arc<Provider>),
}

impl Deref for HeldProvider {
    type Target = Provider;

    fn deref(&self) -> &Provider {
        match self {
            Self::BuiltIn(provider) => provider,
            Self::Own(provider) => provider,
        }
    }
}

/// Why a file of an organisation's own providers was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{}: {reason}", file.display(), line.map(|l| format!(", line {l}")).unwrap_or_default())]
pub struct CatalogueFault {
    /// The file.
    pub file: PathBuf,
    /// The line, counted from 1, where one can be named.
    pub line: Option<usize>,
    /// What is wrong with it and what it should be.
    pub reason: String,
}

impl Catalogue {
    /// The built-in providers. Nothing is parsed yet.
    pub fn builtin() -> Self {
        Self::default()
    }

    /// The built-in providers and those of a folder. A file with a fault is left out and named; a folder that does not
    /// exist holds no files. Own files add providers and never replace a built-in one.
    pub fn with_folder(dir: &Path) -> (Self, Vec<CatalogueFault>) {
        let mut faults = Vec::new();
        let mut own: Vec<Arc<Provider>> = Vec::new();
        let files = own_files(dir, &mut faults);
        let expressions = Expressions::default();
        let answers = each(files.len(), |index| files.get(index).map(|file| read(file, &expressions)));
        for (file, answer) in files.iter().zip(answers.into_iter().flatten()) {
            match answer {
                Err(mut found) => faults.append(&mut found),
                Ok((provider, line)) if FILES.iter().any(|(id, _)| *id == provider.id) => {
                    let reason = format!("`{}` is a built-in provider; choose another id", provider.id);
                    faults.push(fault(file, line, reason));
                }
                Ok((provider, _)) => own.push(Arc::new(provider)),
            }
        }
        own.sort_by(|a, b| a.id.cmp(&b.id));
        (Self { own }, faults)
    }

    /// The provider with that id.
    pub fn provider(&self, id: &str) -> Option<&Provider> {
        match FILES.binary_search_by(|(known, _)| (*known).cmp(id)) {
            Ok(index) => builtin(index),
            Err(_) => self.own(id).map(|p| -> &Provider { p }),
        }
    }

    /// The provider with that id, to be kept longer than the catalogue.
    pub fn hold(&self, id: &str) -> Option<HeldProvider> {
        match FILES.binary_search_by(|(known, _)| (*known).cmp(id)) {
            Ok(index) => builtin(index).map(HeldProvider::BuiltIn),
            Err(_) => self.own(id).cloned().map(HeldProvider::Own),
        }
    }

    fn own(&self, id: &str) -> Option<&Arc<Provider>> {
        self.own.iter().find(|p| p.id == id)
    }

    /// Every provider: the built-in ones by id, then the organisation's own.
    pub fn providers(&self) -> impl Iterator<Item = &Provider> {
        ALL_PARSED.call_once(|| drop(each(FILES.len(), builtin)));
        (0..FILES.len())
            .filter_map(|index| builtin(index).map(|p| -> &Provider { p }))
            .chain(self.own.iter().map(|p| -> &Provider { p }))
    }

    /// Whether the provider comes from the organisation's own folder.
    pub fn is_own(&self, id: &str) -> bool {
        self.own(id).is_some()
    }
}

/// Two catalogues are the same where their own providers say the same; the built-in ones always do.
impl PartialEq for Catalogue {
    fn eq(&self, other: &Self) -> bool {
        let says = |catalogue: &Self| -> Vec<Option<String>> {
            catalogue.own.iter().map(|provider| toml::to_string(&**provider).ok()).collect()
        };
        says(self) == says(other)
    }
}

/// Files below which a second thread costs more than it saves.
const FEW: usize = 8;

/// The answers of some work for each number below `count`, in their order; many are shared out among the processors.
pub(crate) fn each<T: Send + Sync>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    // Asking for the processors reads files of the system, which `run` with its few providers should not wait for.
    let wanted = count / FEW;
    let hands = if wanted < 2 { 1 } else { thread::available_parallelism().map_or(1, NonZeroUsize::get).min(wanted) };
    if hands < 2 {
        return (0..count).map(work).collect();
    }
    let answers: Vec<OnceLock<T>> = (0..count).map(|_| OnceLock::new()).collect();
    let next = AtomicUsize::new(0);
    let share = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(answer) = answers.get(index) else { return };
            answer.get_or_init(|| work(index));
        }
    };
    thread::scope(|scope| {
        for _ in 1..hands {
            // Where the system gives no thread, the others do its share.
            let _ = thread::Builder::new().spawn_scoped(scope, share);
        }
        share();
    });
    answers.into_iter().filter_map(OnceLock::into_inner).collect()
}

fn builtin(index: usize) -> Option<&'static Provider> {
    let (_, text) = FILES.get(index)?;
    BUILTIN.get(index)?.get_or_init(|| serde_json::from_str(text).ok()).as_ref()
}

/// The TOML files of a folder, in order of name. Whatever cannot be listed becomes a fault.
fn own_files(dir: &Path, faults: &mut Vec<CatalogueFault>) -> Vec<PathBuf> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Vec::new(),
        Err(error) => {
            faults.push(fault(dir, None, format!("the folder cannot be read: {error}")));
            return Vec::new();
        }
    };
    let mut files = Vec::new();
    for entry in entries {
        match entry {
            Ok(entry) if entry.path().extension().is_some_and(|e| e == "toml") => files.push(entry.path()),
            Ok(_) => {}
            Err(error) => faults.push(fault(dir, None, format!("the folder cannot be read: {error}"))),
        }
    }
    files.sort();
    files
}

/// The provider of a file, and the line of its id. No two files give one id, for each is called after its own.
fn read(file: &Path, expressions: &Expressions) -> Result<(Provider, Option<usize>), Vec<CatalogueFault>> {
    let one = |reason: String| vec![fault(file, None, reason)];
    let size = fs::metadata(file).map_err(|e| one(format!("the file cannot be read: {e}")))?.len();
    if size > MAX_FILE_BYTES {
        return Err(one(format!("the file has {size} bytes; {MAX_FILE_BYTES} is the most")));
    }
    let text = fs::read_to_string(file).map_err(|e| one(format!("the file cannot be read: {e}")))?;
    let provider = parse(file, &text, expressions)?;
    let line = text.lines().position(|line| line.trim_start().starts_with("id")).map(|at| at + 1);
    if file.file_stem().is_some_and(|stem| *stem != *provider.id) {
        let reason = format!("the file of provider `{0}` must be called `{0}.toml`", provider.id);
        return Err(vec![fault(file, line, reason)]);
    }
    Ok((provider, line))
}

/// Parses one file and looks for what the types alone cannot refuse.
pub(crate) fn parse(file: &Path, text: &str, expressions: &Expressions) -> Result<Provider, Vec<CatalogueFault>> {
    let provider: Provider = toml::from_str(text).map_err(|error| {
        let line = error.span().map(|span| line_of(text, span.start));
        vec![fault(file, line, error.message().to_owned())]
    })?;
    let faults: Vec<CatalogueFault> = lint::faults(&provider, expressions)
        .into_iter()
        .map(|found| {
            fault(file, found.near.and_then(|near| text.find(&near)).map(|at| line_of(text, at)), found.reason)
        })
        .collect();
    if faults.is_empty() { Ok(provider) } else { Err(faults) }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes().iter().take(offset).filter(|byte| **byte == b'\n').count() + 1
}

fn fault(file: &Path, line: Option<usize>, reason: String) -> CatalogueFault {
    CatalogueFault { file: file.to_owned(), line, reason }
}

/// Id and text of each built-in file as it was written.
#[cfg(test)]
pub(crate) fn written() -> Vec<(&'static str, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("catalogue");
    let text = |id: &str| fs::read_to_string(folder.join(format!("{id}.toml"))).unwrap_or_default();
    FILES.iter().map(|(id, _)| (*id, text(id))).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[test]
    fn every_built_in_file_is_sound_and_called_after_its_provider() {
        let expressions = Expressions::default();
        for ((id, text), provider) in written().iter().zip(Catalogue::builtin().providers()) {
            match parse(Path::new(id), text, &expressions) {
                Ok(written) => {
                    assert_eq!(written.id, *id, "the file's name is the provider's id");
                    assert_eq!(
                        toml::to_string(&written),
                        toml::to_string(provider),
                        "the program says what the file says"
                    );
                }
                Err(faults) => panic!("{}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")),
            }
        }
        assert_eq!(Catalogue::builtin().providers().count(), written().len(), "no file is lost on the way");
    }

    fn groq() -> String {
        written().into_iter().find(|(id, _)| *id == "groq").unwrap().1
    }

    #[test]
    fn every_provider_is_found_by_its_id() {
        let catalogue = Catalogue::builtin();
        for (id, _) in FILES {
            assert!(catalogue.provider(id).is_some(), "{id} is in the list and not found");
        }
    }

    #[test]
    fn an_own_folder_adds_providers_and_names_every_bad_file() {
        let folder = tempfile::tempdir().unwrap();
        let good = &groq();
        let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        put("our-gateway.toml", &good.replace("id = \"groq\"", "id = \"our-gateway\""));
        put("groq.toml", good);
        put("misspelt.toml", "id = \"misspelt\"\nnamme = \"x\"\n");
        put(
            "unproven.toml",
            &good.replace("id = \"groq\"", "id = \"unproven\"").replace("status = [401]", "status = []"),
        );
        put(
            "endless.toml",
            &good
                .replace("id = \"groq\"", "id = \"endless\"")
                .replace("{ path = \"data.0.id\" }", "{ path = \"data.0.id\", at_most = inf }"),
        );
        put("notes.txt", "not a provider");

        let (catalogue, faults) = Catalogue::with_folder(folder.path());
        assert!(catalogue.is_own("our-gateway") && !catalogue.is_own("groq"));
        assert_eq!(catalogue.provider("our-gateway").unwrap().name, "Groq");
        assert!(catalogue.provider("misspelt").is_none() && catalogue.provider("unproven").is_none());
        let named = |file: &str| {
            faults.iter().find(|f| f.file.ends_with(file)).unwrap_or_else(|| panic!("{file} is not named"))
        };
        assert!(named("groq.toml").reason.contains("built-in"), "an own file cannot take over a built-in provider");
        assert_eq!(named("groq.toml").line, Some(1));
        assert_eq!(named("misspelt.toml").line, Some(2));
        assert!(named("unproven.toml").reason.contains("status") && named("unproven.toml").line.is_some());
        assert!(named("endless.toml").reason.contains("at_most"));
        assert_eq!(faults.len(), 4);
    }

    #[test]
    fn a_changed_file_makes_another_catalogue() {
        let folder = tempfile::tempdir().unwrap();
        let good = &groq();
        let own = good.replace("id = \"groq\"", "id = \"our-gateway\"");
        let read = |text: &str| {
            fs::write(folder.path().join("our-gateway.toml"), text).unwrap();
            Catalogue::with_folder(folder.path()).0
        };
        let first = read(&own);
        assert!(first == read(&own) && first != Catalogue::builtin());
        let renamed = read(&own.replace("name = \"Groq\"", "name = \"Ours\""));
        assert!(first != renamed);
        let held = first.hold("our-gateway").unwrap();
        drop(first);
        assert_eq!((held.name.as_str(), renamed.hold("our-gateway").unwrap().name.as_str()), ("Groq", "Ours"));
        assert!(renamed.hold("groq").is_some_and(|p| p.name == "Groq") && renamed.hold("none").is_none());
    }

    #[test]
    fn many_files_are_shared_out_and_answered_in_order() {
        let seen = std::sync::Mutex::new(std::collections::BTreeSet::new());
        let answers = each(1000, |index| {
            seen.lock().unwrap().insert(index);
            index * 2
        });
        assert!(answers.iter().copied().eq((0..1000).map(|index| index * 2)));
        assert_eq!(seen.into_inner().unwrap().len(), 1000);
        assert!(each(0, |index| index).is_empty());
    }

    #[test]
    fn a_faulty_expression_is_named_in_every_file_that_has_it() {
        let folder = tempfile::tempdir().unwrap();
        let good = &groq();
        let bad = good.replace("pattern = \"sk-ant-.*\"", "pattern = \"sk-ant-(\"");
        assert_ne!(*good, bad, "the file has the expression");
        // More than one thread reads them, and all of what is known of expressions is shared.
        for n in 0..20 {
            let (id, text) = (format!("own-{n}"), if n % 2 == 0 { good.to_string() } else { bad.clone() });
            let text = text.replace("id = \"groq\"", &format!("id = \"{id}\""));
            fs::write(folder.path().join(format!("{id}.toml")), text).unwrap();
        }
        let (catalogue, faults) = Catalogue::with_folder(folder.path());
        assert_eq!(catalogue.providers().count(), FILES.len() + 10);
        assert_eq!(faults.len(), 10, "{faults:?}");
        assert!(faults.iter().all(|fault| fault.reason.contains("sk-ant-(") && fault.line.is_some()));
    }

    #[test]
    fn a_folder_that_does_not_exist_is_an_empty_one() {
        let folder = tempfile::tempdir().unwrap();
        let (catalogue, faults) = Catalogue::with_folder(&folder.path().join("none"));
        assert!(faults.is_empty() && catalogue.providers().count() == FILES.len());
    }
}
