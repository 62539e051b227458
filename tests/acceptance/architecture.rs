//! The dependency rule of docs/ARCHITECTURE.md, checked against `cargo metadata`.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

type Names = BTreeSet<String>;

/// Which members of the workspace each member may be built on.
const MAY_BE_BUILT_ON: &[(&str, &[&str])] = &[
    ("bellhop-protocol", &[]),
    ("bellhop-engine", &["bellhop-protocol"]),
    ("bellhop-server", &["bellhop-engine", "bellhop-protocol"]),
    (
        "bellhop-sim",
        &["bellhop-engine", "bellhop-protocol", "bellhop-server"],
    ),
    ("bellhop-client", &["bellhop-engine", "bellhop-protocol"]),
    ("bellhop-media", &[]),
    (
        "bellhop-cli",
        &[
            "bellhop-client",
            "bellhop-engine",
            "bellhop-protocol",
            "bellhop-server",
        ],
    ),
    (
        "bellhop-desktop",
        &[
            "bellhop-client",
            "bellhop-engine",
            "bellhop-media",
            "bellhop-protocol",
            "bellhop-server",
        ],
    ),
    (
        "bellhop-tests",
        &[
            "bellhop-client",
            "bellhop-engine",
            "bellhop-protocol",
            "bellhop-server",
        ],
    ),
    ("xtask", &[]),
];

/// Members that decide, and so neither wait nor run anything.
const WITHOUT_RUNTIME: [&str; 2] = ["bellhop-protocol", "bellhop-engine"];

/// Crates that bring an async runtime.
const RUNTIMES: [&str; 4] = ["async-std", "futures-executor", "smol", "tokio"];

/// Who names whom, by package name.
#[derive(Default)]
struct Graph {
    /// What each member is built on: its own normal and build dependencies.
    built_on: BTreeMap<String, Names>,
    /// Every dependency that a member names, those of its tests included.
    named: BTreeMap<String, Names>,
    /// Everything a member is built on, directly or through others.
    reached: BTreeMap<String, Names>,
}

impl Graph {
    fn read(metadata: &Metadata) -> Self {
        let mut graph = Self::default();
        for package in metadata.workspace_packages() {
            let name = package.name.to_string();
            graph
                .built_on
                .insert(name.clone(), dependencies(package, is_built_in));
            graph
                .named
                .insert(name.clone(), dependencies(package, |_| true));
            graph.reached.insert(name, reached(metadata, package));
        }
        graph
    }
}

fn dependencies(package: &Package, counts: impl Fn(DependencyKind) -> bool) -> Names {
    let counted = package
        .dependencies
        .iter()
        .filter(|dependency| counts(dependency.kind));
    counted
        .map(|dependency| dependency.name.to_string())
        .collect()
}

fn is_built_in(kind: DependencyKind) -> bool {
    matches!(kind, DependencyKind::Normal | DependencyKind::Build)
}

fn reached(metadata: &Metadata, package: &Package) -> Names {
    let resolve = metadata
        .resolve
        .as_ref()
        .expect("metadata was asked for dependencies");
    let nodes: BTreeMap<_, _> = resolve.nodes.iter().map(|node| (&node.id, node)).collect();
    let mut found = BTreeSet::new();
    let mut open = vec![&package.id];
    while let Some(id) = open.pop() {
        let built_on = nodes[id].deps.iter().filter(|dependency| {
            dependency
                .dep_kinds
                .iter()
                .any(|kind| is_built_in(kind.kind))
        });
        open.extend(
            built_on
                .map(|dependency| &dependency.pkg)
                .filter(|id| found.insert(*id)),
        );
    }
    found
        .into_iter()
        .map(|id| metadata[id].name.to_string())
        .collect()
}

/// Every breach of the rule, in words; none when the graph keeps it.
fn breaches(graph: &Graph) -> Vec<String> {
    let mut breaches = Vec::new();
    for (member, built_on) in &graph.built_on {
        let Some((_, allowed)) = MAY_BE_BUILT_ON.iter().find(|(name, _)| name == member) else {
            breaches.push(format!(
                "the rule does not say what {member} may be built on"
            ));
            continue;
        };
        let members = built_on
            .iter()
            .filter(|name| graph.built_on.contains_key(*name));
        let forbidden = members.filter(|name| !allowed.contains(&name.as_str()));
        breaches.extend(forbidden.map(|name| format!("{member} may not be built on {name}")));
    }
    for (member, named) in &graph.named {
        let homeless = named
            .iter()
            .filter(|name| home_of(name).is_some_and(|home| home != member));
        breaches.extend(homeless.map(|name| format!("{member} may not name {name}")));
    }
    for member in WITHOUT_RUNTIME {
        let reached = graph.reached.get(member).into_iter().flatten();
        let runtimes = reached.filter(|name| RUNTIMES.contains(&name.as_str()));
        breaches.extend(runtimes.map(|name| format!("{member} may not bring in {name}")));
    }
    breaches
}

/// The only member that may name a crate, for crates that one member keeps from the others.
fn home_of(name: &str) -> Option<&'static str> {
    match name {
        "rusqlite" | "rusqlite_migration" | "libsqlite3-sys" => Some("bellhop-server"),
        "cpal" | "rodio" => Some("bellhop-media"),
        name if name == "tauri" || name.starts_with("tauri-") => Some("bellhop-desktop"),
        _ => None,
    }
}

#[test]
fn the_workspace_keeps_the_dependency_rule() {
    // One platform is enough to see who brings in what, and spares fetching the crates of the others.
    let metadata = MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"))
        .other_options(["--filter-platform", "x86_64-unknown-linux-gnu"].map(String::from))
        .exec()
        .unwrap();
    let graph = Graph::read(&metadata);
    assert_eq!(breaches(&graph), Vec::<String>::new());

    let members: Vec<&str> = graph.built_on.keys().map(String::as_str).collect();
    let mut ruled: Vec<&str> = MAY_BE_BUILT_ON.iter().map(|(name, _)| *name).collect();
    ruled.sort_unstable();
    assert_eq!(
        members, ruled,
        "the rule names the members of the workspace and no others"
    );
    assert!(
        graph.reached["bellhop-server"].contains("tokio"),
        "the graph goes below the members"
    );
}

/// A graph in which each of these members has these dependencies, of every kind.
fn made_up(members: &[(&str, &[&str])]) -> Graph {
    let names = |list: &[&str]| {
        list.iter()
            .map(|name| (*name).to_owned())
            .collect::<Names>()
    };
    let all: BTreeMap<_, _> = members
        .iter()
        .map(|(name, list)| ((*name).to_owned(), names(list)))
        .collect();
    Graph {
        built_on: all.clone(),
        named: all.clone(),
        reached: all,
    }
}

#[test]
fn a_graph_that_points_one_way_keeps_the_rule() {
    let graph = made_up(&[
        ("bellhop-protocol", &["serde"]),
        ("bellhop-engine", &["bellhop-protocol"]),
        (
            "bellhop-server",
            &["bellhop-engine", "bellhop-protocol", "rusqlite", "tokio"],
        ),
        (
            "bellhop-desktop",
            &["bellhop-server", "tauri", "tauri-build"],
        ),
    ]);
    assert_eq!(breaches(&graph), Vec::<String>::new());
}

#[test]
fn a_dependency_that_points_the_other_way_breaks_the_rule() {
    let graph = made_up(&[
        ("bellhop-protocol", &["bellhop-engine"]),
        ("bellhop-engine", &["bellhop-protocol"]),
        ("bellhop-client", &["bellhop-server"]),
        ("bellhop-server", &[]),
    ]);
    assert_eq!(
        breaches(&graph),
        [
            "bellhop-client may not be built on bellhop-server",
            "bellhop-protocol may not be built on bellhop-engine",
        ]
    );
}

#[test]
fn a_member_that_the_rule_does_not_know_breaks_it() {
    let graph = made_up(&[("bellhop-gateway", &[])]);
    assert_eq!(
        breaches(&graph),
        ["the rule does not say what bellhop-gateway may be built on"]
    );
}

#[test]
fn a_crate_away_from_home_breaks_the_rule() {
    let graph = made_up(&[
        ("bellhop-client", &["tauri-plugin-single-instance"]),
        ("bellhop-desktop", &["rusqlite", "tauri"]),
    ]);
    assert_eq!(
        breaches(&graph),
        [
            "bellhop-client may not name tauri-plugin-single-instance",
            "bellhop-desktop may not name rusqlite",
        ]
    );
}

#[test]
fn a_runtime_below_the_engine_breaks_the_rule_however_it_comes_in() {
    let mut graph = made_up(&[("bellhop-protocol", &[]), ("bellhop-engine", &[])]);
    graph.reached.insert(
        "bellhop-engine".to_owned(),
        ["hyper", "tokio"].map(String::from).into(),
    );
    assert_eq!(breaches(&graph), ["bellhop-engine may not bring in tokio"]);
}

#[test]
fn dependencies_of_tests_count_for_crates_with_a_home_only() {
    let mut graph = made_up(&[("bellhop-client", &[]), ("bellhop-server", &[])]);
    let named = ["bellhop-server", "rusqlite"].map(String::from).into();
    graph.named.insert("bellhop-client".to_owned(), named);
    assert_eq!(breaches(&graph), ["bellhop-client may not name rusqlite"]);
}
