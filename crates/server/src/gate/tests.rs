use proptest::prelude::*;

use super::*;

fn gate(listens: &str, hosts: &[&str], origins: &[&str]) -> Gate {
    Gate::new(
        listens.parse().unwrap(),
        hosts.iter().map(|host| host.parse().unwrap()).collect(),
        origins
            .iter()
            .map(|origin| origin.parse().unwrap())
            .collect(),
    )
}

fn on_loopback() -> Gate {
    gate("127.0.0.1:7700", &[], &[])
}

fn everywhere() -> Gate {
    gate("0.0.0.0:7700", &[], &[])
}

fn program(gate: &Gate, host: &str) -> Result<(), Barred> {
    gate.admit(Sole::Text(host), Sole::Absent)
}

fn page(gate: &Gate, origin: &str, host: &str) -> Result<(), Barred> {
    gate.admit(Sole::Text(host), Sole::Text(origin))
}

#[test]
fn on_loopback_a_server_is_this_machine_and_its_port() {
    for host in [
        "127.0.0.1:7700",
        "localhost:7700",
        "LocalHost:7700",
        "127.8.9.1:7700",
        "[::1]:7700",
        "[0:0:0:0:0:0:0:1]:7700",
    ] {
        assert_eq!(program(&on_loopback(), host), Ok(()), "{host}");
    }
    for host in [
        "127.0.0.1",
        "127.0.0.1:7701",
        "localhost",
        "localhost.:7700",
        "localhost.example:7700",
        "rebound.example:7700",
        "0.0.0.0:7700",
        "10.0.0.5:7700",
        "[::]:7700",
        "[::ffff:127.0.0.1]:7700",
    ] {
        let barred = Err(Barred::AnotherHost);
        assert_eq!(program(&on_loopback(), host), barred, "{host}");
    }
    let on_80 = gate("[::1]:80", &[], &[]);
    assert_eq!(program(&on_80, "[::1]"), Ok(()));
    assert_eq!(program(&on_80, "localhost:80"), Ok(()));
}

#[test]
fn a_host_that_is_none_or_not_there_once_is_refused_by_every_server() {
    for gate in [on_loopback(), everywhere()] {
        for host in [
            "",
            ":7700",
            ".",
            "a..b",
            "127.0.0.1:",
            "127.0.0.1:0",
            "127.0.0.1:07700",
            "127.0.0.1:+7700",
            "127.0.0.1:65536",
            "127.0.0.1:7700:7700",
            "127.0.0.1:7700 ",
            "127.0.0.1, localhost",
            "user@127.0.0.1:7700",
            "127.1:7700",
            "127.0.0.01:7700",
            "127.0.0.1.:7700",
            "0x7f000001:7700",
            "2130706433:7700",
            "::1",
            "[::1",
            "[::1]7700",
            "[::1%25lo]:7700",
            "[localhost]:7700",
            "local%68ost:7700",
            "http://127.0.0.1:7700",
            "127.0.0.1:7700/",
        ] {
            assert_eq!(program(&gate, host), Err(Barred::NoHost), "{host}");
        }
        for none in [Sole::Absent, Sole::Unreadable] {
            assert_eq!(gate.admit(none, Sole::Absent), Err(Barred::NoHost));
        }
    }
}

#[test]
fn off_loopback_a_server_has_any_name_until_it_is_told_its_own() {
    for host in [
        "calls.example:7700",
        "calls.example",
        "10.0.0.5:80",
        "my_box",
    ] {
        assert_eq!(program(&everywhere(), host), Ok(()), "{host}");
    }
    let told = gate("0.0.0.0:7700", &["Calls.example", "b.example:8443"], &[]);
    for host in [
        "calls.example",
        "CALLS.example:99",
        "b.example:8443",
        "10.0.0.5",
    ] {
        assert_eq!(program(&told, host), Ok(()), "{host}");
    }
    for host in [
        "other.example",
        "calls.example.",
        "b.example",
        "b.example:443",
    ] {
        assert_eq!(program(&told, host), Err(Barred::AnotherHost), "{host}");
    }
}

#[test]
fn on_loopback_a_host_is_allowed_by_name() {
    let gate = gate("127.0.0.1:7700", &["calls.example", "127.0.0.1:8000"], &[]);
    for host in ["calls.example", "127.0.0.1:8000", "localhost:7700"] {
        assert_eq!(program(&gate, host), Ok(()), "{host}");
    }
    let forwarded = program(&gate, "10.0.0.5:7700");
    assert_eq!(forwarded, Err(Barred::AnotherHost));
}

#[test]
fn on_loopback_no_page_is_let_in_that_is_not_allowed() {
    for origin in [
        "https://evil.example",
        "http://127.0.0.1:7700",
        "http://localhost:7700",
        "http://localhost:3000",
        "null",
        "",
        "file://",
        "tauri://localhost",
    ] {
        for host in ["127.0.0.1:7700", "localhost:7700"] {
            let barred = Err(Barred::ForeignPage);
            assert_eq!(
                page(&on_loopback(), origin, host),
                barred,
                "{origin} {host}"
            );
        }
    }
    let both = page(&on_loopback(), "http://evil.example", "evil.example:7700");
    assert_eq!(both, Err(Barred::AnotherHost));
    let twice = on_loopback().admit(Sole::Text("localhost:7700"), Sole::Unreadable);
    assert_eq!(twice, Err(Barred::ForeignPage));
}

#[test]
fn an_allowed_origin_is_the_same_scheme_host_and_port() {
    let gate = gate(
        "127.0.0.1:7700",
        &[],
        &["https://example.org", "HTTP://[::1]:3000", "app://desk"],
    );
    for origin in [
        "https://example.org",
        "https://EXAMPLE.org:443",
        "http://[::1]:3000",
        "app://desk",
    ] {
        assert_eq!(page(&gate, origin, "localhost:7700"), Ok(()), "{origin}");
    }
    for origin in [
        "http://example.org",
        "https://example.org:8443",
        "https://example.org:",
        "https://example.org.",
        "https://example.org/",
        "https://example.org?",
        "https://example.org@evil.example",
        "https://evil.example@example.org",
        "https://example.org.evil.example",
        "https://sub.example.org",
        "https://evilexample.org",
        " https://example.org",
        "https://example.org https://evil.example",
        "https://example.org, https://example.org",
        "https:example.org",
        "https:///example.org",
        "//example.org",
        "example.org",
        "http://::1:3000",
        "app://desk:1",
        "null",
    ] {
        let barred = Err(Barred::ForeignPage);
        assert_eq!(page(&gate, origin, "localhost:7700"), barred, "{origin}");
    }
}

#[test]
fn a_page_may_connect_to_the_host_it_came_from() {
    let on_loopback = gate("127.0.0.1:7700", &["calls.example"], &[]);
    let elsewhere = gate("0.0.0.0:7700", &["calls.example"], &[]);
    for (origin, host) in [
        ("https://calls.example", "calls.example"),
        ("https://calls.example", "Calls.example:443"),
        ("http://calls.example:8080", "calls.example:8080"),
    ] {
        for gate in [&on_loopback, &elsewhere] {
            assert_eq!(page(gate, origin, host), Ok(()), "{origin} {host}");
        }
    }
    for (origin, host) in [
        ("https://calls.example:8443", "calls.example"),
        ("http://calls.example", "calls.example:443"),
        ("https://evil.example", "calls.example"),
        ("app://calls.example", "calls.example"),
        ("https://calls.example.", "calls.example"),
        ("null", "calls.example"),
    ] {
        let barred = Err(Barred::ForeignPage);
        for gate in [&on_loopback, &elsewhere, &everywhere()] {
            assert_eq!(page(gate, origin, host), barred, "{origin} {host}");
        }
    }
}

/// Any name can be made to lead to a server; an address leads to whoever has it.
#[test]
fn off_loopback_the_host_a_page_came_from_is_an_address_or_was_given() {
    let told = gate("0.0.0.0:7700", &["calls.example"], &[]);
    for (origin, host) in [
        ("http://10.0.0.5:7700", "10.0.0.5:7700"),
        ("http://10.0.0.5", "10.0.0.5"),
        ("http://[fd00::5]:7700", "[FD00:0::5]:7700"),
    ] {
        for gate in [&told, &everywhere()] {
            assert_eq!(page(gate, origin, host), Ok(()), "{origin} {host}");
        }
    }
    let barred = Err(Barred::ForeignPage);
    for (origin, host) in [
        ("http://rebound.example:7700", "rebound.example:7700"),
        ("https://calls.example", "calls.example"),
        ("http://localhost:7700", "localhost:7700"),
        ("http://my_box:7700", "my_box:7700"),
        ("http://rebound.example:7700", "10.0.0.5:7700"),
        ("http://10.0.0.5:7700", "rebound.example:7700"),
        ("http://10.0.0.6:7700", "10.0.0.5:7700"),
        ("http://10.0.0.5:7701", "10.0.0.5:7700"),
        ("http://10.0.0.5", "10.0.0.5:7700"),
    ] {
        assert_eq!(page(&everywhere(), origin, host), barred, "{origin} {host}");
    }
    let open = gate("0.0.0.0:7700", &[], &["https://calls.example"]);
    assert_eq!(
        page(&open, "https://calls.example", "calls.example"),
        Ok(())
    );
    assert_eq!(page(&open, "http://b.example", "b.example"), barred);
}

#[test]
fn nobodys_origin_and_everybodys_cannot_be_allowed() {
    for text in ["null", "*", "https://*", "https://*.example.org", ""] {
        assert_eq!(text.parse::<Origin>(), Err(InvalidOrigin), "{text}");
    }
    for text in ["*", "*.example.org", "https://example.org", ""] {
        assert_eq!(text.parse::<Authority>(), Err(InvalidAuthority), "{text}");
    }
}

/// Pieces of hosts and origins, put together in any order.
fn patched() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "http",
        "https",
        "://",
        ":",
        "/",
        "@",
        ".",
        "..",
        "[",
        "]",
        "::1",
        "[::1]",
        "%",
        "0",
        "80",
        "7700",
        "65536",
        "127.0.0.1",
        "0x7f",
        "localhost",
        "evil",
        "null",
        " ",
        ",",
        "é",
        "\t",
    ]);
    prop_oneof![
        prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat()),
        any::<String>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, ..ProptestConfig::default() })]

    /// Whatever the headers say, a server on loopback lets in no page, and nothing under another name.
    #[test]
    fn no_spelling_lets_a_page_in(host in patched(), origin in patched()) {
        let gate = on_loopback();
        prop_assert!(page(&gate, &origin, &host).is_err());
        if program(&gate, &host).is_ok() {
            let name = host.to_ascii_lowercase();
            let name = name.strip_suffix(":7700").unwrap();
            let is_address = name.trim_matches(['[', ']']).parse().is_ok_and(|it: IpAddr| it.is_loopback());
            prop_assert!(name == "localhost" || is_address, "{}", host);
        }
    }

    /// Off loopback, a server that was given no name lets in no page of a name.
    #[test]
    fn no_spelling_lets_a_named_page_in(host in patched(), scheme in "(http|ws|x)s?") {
        if page(&everywhere(), &format!("{scheme}://{host}"), &host).is_ok() {
            let name = host.parse::<Authority>().unwrap().name;
            prop_assert!(matches!(name, Name::Address(_)), "{}", host);
        }
    }
}
