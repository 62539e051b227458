//! docs/RULES.md: every rule of the specification has a test, and the test says which section it holds.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use bellhop_protocol::Request;

const RULES: &str = include_str!("../../docs/RULES.md");

/// A row of a table: one rule.
struct Rule {
    /// `§3.accept.B2`, `method.invite`.
    id: &'static str,
    /// What it says.
    sentence: &'static str,
    /// Where it is proven.
    tests: Vec<Named>,
}

/// A test, as the table names it.
struct Named {
    /// From the root of the repository.
    path: &'static str,
    name: &'static str,
}

fn rules() -> Vec<Rule> {
    let rows = RULES.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ");
        let row = (cells.next()?, cells.next()?, cells.next()?);
        assert_eq!(cells.next(), None, "a row has three cells: {line}");
        (row.0 != "id").then_some(row)
    });
    rows.map(|(id, sentence, tests)| Rule {
        id,
        sentence,
        tests: inside_marks(tests).split("`, `").map(named).collect(),
    })
    .collect()
}

fn inside_marks(cell: &'static str) -> &'static str {
    let inside = cell.strip_prefix('`').and_then(|it| it.strip_suffix('`'));
    inside.unwrap_or_else(|| panic!("no tests in code marks: {cell}"))
}

fn named(test: &'static str) -> Named {
    let (path, name) = test
        .split_once("::")
        .unwrap_or_else(|| panic!("no path::function: {test}"));
    Named { path, name }
}

/// The part of the specification that an id is of; nothing for those that are not of a section.
fn section(id: &str) -> Option<char> {
    id.strip_prefix('§')?.chars().next()
}

/// Files of the repository, read once.
#[derive(Default)]
struct Sources(BTreeMap<&'static str, Option<String>>);

impl Sources {
    fn read(&mut self, path: &'static str) -> Option<&str> {
        let read = || {
            let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
            fs::read_to_string(root.join(path)).ok()
        };
        self.0.entry(path).or_insert_with(read).as_deref()
    }

    /// Why this is no test that holds a rule of that section; nothing when it is one.
    fn objection(&mut self, test: &Named, section: Option<char>) -> Option<String> {
        if !self.is_test(test) {
            return Some("is no test".to_owned());
        }
        let section = section?;
        let source = self.read(test.path)?;
        let says = above(source, test.name).unwrap_or_default();
        let heading: Vec<&str> = head(source).collect();
        let cited = cites(&says.join("\n"), section) || cites(&heading.join("\n"), section);
        (!cited).then(|| format!("does not say §{section}"))
    }

    fn is_test(&mut self, test: &Named) -> bool {
        let Some(source) = self.read(test.path) else {
            return false;
        };
        if test.path.ends_with(".ts") {
            let named = format!("(\"{}\"", test.name);
            let mut lines = source.lines().map(str::trim);
            let runs = |line: &str| line.starts_with("it(") || line.starts_with("it.each(");
            return lines.any(|line| runs(line) && line.contains(&named));
        }
        let Some(lines) = above(source, test.name) else {
            return false;
        };
        if lines.iter().any(|line| line.starts_with("#[ignore")) {
            return false;
        }
        let is_attribute = |line: &&str| line.starts_with("#[test") || is_tokio_test(line);
        lines.iter().any(is_attribute) || self.is_case(test)
    }

    /// Cases of the stores' conformance are made tests by a macro that lists them.
    fn is_case(&mut self, test: &Named) -> bool {
        let folder = "crates/server/src/conformance/";
        let module = test.path.strip_prefix(folder);
        let Some(module) = module.and_then(|it| it.strip_suffix(".rs")) else {
            return false;
        };
        let listed = format!("{module}::{}", test.name);
        let list = self.read("crates/server/src/conformance.rs");
        list.is_some_and(|list| list.lines().any(|line| line.trim() == listed))
    }
}

fn is_tokio_test(line: &str) -> bool {
    line.starts_with("#[tokio::test]") || line.starts_with("#[tokio::test(")
}

/// The lines right above a function, its documentation and attributes; nothing when there is none.
fn above<'a>(source: &'a str, function: &str) -> Option<Vec<&'a str>> {
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    let start = format!("fn {function}");
    let at = lines.iter().position(|line| {
        let rest = line.split_once(&start).map(|(_, rest)| rest);
        !line.starts_with("//") && rest.is_some_and(|it| it.starts_with(['(', '<']))
    })?;
    let belongs = |line: &&&str| line.starts_with("//") || line.starts_with("#[");
    let before = lines[..at].iter().rev().take_while(belongs);
    Some(before.copied().collect())
}

/// The documentation at the head of a file, of Rust or of TypeScript.
fn head(source: &str) -> impl Iterator<Item = &str> {
    let is_head = |line: &&str| {
        ["//!", "/**", " *", "//"]
            .iter()
            .any(|it| line.starts_with(it))
    };
    source.lines().take_while(is_head)
}

/// Whether a text names a section: `§4`, or a range around it, `§1–§4` or `§1–4`.
fn cites(text: &str, section: char) -> bool {
    text.match_indices('§').any(|(at, mark)| {
        let rest = &text[at + mark.len()..];
        let mut ends = rest.chars().filter(|it| *it != '§');
        let first = ends.next();
        let last = (ends.next() == Some('–')).then(|| ends.next()).flatten();
        match (first, last) {
            (Some(first), Some(last)) => (first..=last).contains(&section),
            (Some(first), None) => first == section,
            (None, _) => false,
        }
    })
}

#[test]
fn every_rule_is_proven_by_tests_that_name_its_section() {
    let mut sources = Sources::default();
    let mut objections = Vec::new();
    for rule in rules() {
        assert!(!rule.tests.is_empty(), "{} has no test", rule.id);
        for test in &rule.tests {
            if let Some(why) = sources.objection(test, section(rule.id)) {
                objections.push(format!("{}: {}::{} {why}", rule.id, test.path, test.name));
            }
        }
    }
    assert!(objections.is_empty(), "{}", objections.join("\n"));
}

#[test]
fn every_rule_has_an_id_of_its_own_and_says_one_sentence() {
    let mut ids = BTreeSet::new();
    for rule in rules() {
        assert!(ids.insert(rule.id), "{} is there twice", rule.id);
        assert!(rule.sentence.ends_with('.'), "{}", rule.id);
        assert!(!rule.sentence.contains(". "), "{} says too much", rule.id);
    }
    assert!(ids.len() > 200, "only {} rules", ids.len());
    for number in '1'..='8' {
        let any = ids.iter().any(|id| section(id) == Some(number));
        assert!(any, "no rule of §{number}");
    }
}

/// The ids that begin so, without that beginning.
fn ids_of(kind: &str) -> BTreeSet<&'static str> {
    let ids = rules()
        .into_iter()
        .filter_map(|it| it.id.strip_prefix(kind));
    ids.filter(|id| !id.contains('.')).collect()
}

/// The methods there are.
pub(crate) fn methods() -> BTreeSet<&'static str> {
    Request::METHODS.iter().copied().collect()
}

#[test]
fn every_method_has_a_rule() {
    assert_eq!(ids_of("method."), methods());
}

#[test]
fn every_event_has_a_rule() {
    let source = include_str!("../../crates/protocol/src/event.rs");
    let (_, rest) = source.split_once("pub enum Event {\n").unwrap();
    let (variants, _) = rest.split_once("\n}").unwrap();
    let names = variants.lines().filter_map(|line| {
        let (name, _) = line.trim().split_once('(')?;
        let first = name.chars().next().filter(char::is_ascii_uppercase)?;
        Some(format!("{}{}", first.to_ascii_lowercase(), &name[1..]))
    });
    let known: BTreeSet<String> = names.collect();
    let known: BTreeSet<&str> = known.iter().map(String::as_str).collect();
    assert_eq!(ids_of("event."), known);
    assert_eq!(crate::documents::events(), known);
}

/// §3: each cell of who hears what.
#[test]
fn every_cell_of_who_hears_what_has_a_rule() {
    let ids: BTreeSet<&str> = rules().iter().map(|rule| rule.id).collect();
    for row in [
        "invite",
        "inviteInGroup",
        "accept",
        "reject",
        "cancel",
        "timeout",
        "modify",
        "ringing",
    ] {
        for column in ["A1", "A2", "B1", "B2", "C", "D"] {
            let cell = format!("§3.{row}.{column}");
            assert!(ids.contains(cell.as_str()), "{cell} has no rule");
        }
    }
}

/// §4: each number of the table of errors.
#[test]
fn every_error_has_a_rule() {
    let ids: BTreeSet<&str> = rules().iter().map(|rule| rule.id).collect();
    for code in [
        6012, 6014, 6017, 6200, 6206, 6208, 7008, 8001, 8010, 8011, 8012, 9508, 10_004, 10_007,
        10_010, 20_003, 20_007, 70_001,
    ] {
        let id = format!("§4.{code}");
        let of_it = |it: &&str| **it == id || it.starts_with(&format!("{id}."));
        assert!(ids.iter().any(of_it), "{id} has no rule");
    }
}

/// What the checks above go by: a table that is wrong is found out.
#[test]
fn a_wrong_table_is_found_out() {
    let mut sources = Sources::default();
    let here = "tests/acceptance/rules.rs";
    let objection = |sources: &mut Sources, path, name, section| {
        sources.objection(&Named { path, name }, section)
    };
    for (name, section, why) in [
        ("a_wrong_table_is_found_out", None, None),
        ("every_error_has_a_rule", Some('4'), None),
        ("every_error_has_a_rule", Some('3'), Some("does not say §3")),
        ("a_test_that_is_not_there", None, Some("is no test")),
        ("named", None, Some("is no test")),
    ] {
        let why = why.map(str::to_owned);
        assert_eq!(objection(&mut sources, here, name, section), why, "{name}");
    }
    let nowhere = objection(&mut sources, "tests/nowhere.rs", "anything", None);
    assert_eq!(nowhere.as_deref(), Some("is no test"));
    let case = "crates/server/src/conformance/races.rs";
    assert_eq!(
        objection(&mut sources, case, "race", None).as_deref(),
        Some("is no test")
    );
    assert!(cites("(SIGNALING §1–§4, §8)", '3') && cites("§1–4", '4') && cites("§3, §6", '6'));
    assert!(!cites("§1–§4, §8", '5') && !cites("no section", '1'));
}
