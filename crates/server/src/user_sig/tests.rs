use proptest::prelude::*;

use super::*;

/// Made by `tls-sig-api-v2` 1.1 (PyPI) for application 1400000000, user `alice`, at 1700000000 for
/// 86400 s, with the key below.
const PLAIN: &str = "eJyrVgrxCdYrSy1SslJQMtIzUNJRAItkpqTmlWSmZUIkEnMyk1NhUsUp2YkFBZkpQAlDEwMogMqlVhRkFqUCZSzMTOCCJZm5ICFDczTFxZnpIMPN3HOzsrxyPA2i0spSspwNCr0q3bI8svN8Cj3DUos8zYoKvPzTwyvS0g2zbZVqAQj3Msk_";
/// The same with the user buffer `abc`.
const WITH_USER_BUF: &str = "eJyrVgrxCdYrSy1SslJQMtIzUNJRAItkpqTmlWSmZUIkEnMyk1NhUsUp2YkFBZkpQAlDEwMogMqlVhRkFqUCZSzMTOCCJZm5ICFDczTFpcWpRUmlaSALIsO9suDmZ6aDhApTgrIySgO8PMo8E51NA5J8jcosoiKKfIKCzNwSg8IzXEMq0n0s-YoSA3xtlWoBsRE4xw__";
/// The same as the first for the user `é b`.
const NOT_ASCII: &str = "eJyrVgrxCdYrSy1SslJQMtIzUNJRAItkpqTmlWSmZUIkYkoNDFItFZJgssUp2YkFBZkpQDlDEwMogMqlVhRkFqUCZSzMTOCCJZm5ICFDczTFxZnpIPOTLYPSTfKKtBNzDEuKzYuzo0q8k9OinJ3C87MjgipMisqKsiz1k919E8ssbJVqAVnSMu8_";
const KEY: &str = "5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e";
const MADE: u64 = 1_700_000_000;

fn credentials() -> Credentials {
    Credentials {
        app_id: 1_400_000_000.try_into().unwrap(),
        secret_key: KEY.to_owned().try_into().unwrap(),
    }
}

fn user(name: &str) -> UserId {
    name.parse().unwrap()
}

fn at(secs: u64) -> Timestamp {
    Timestamp::from_millis(secs * 1000)
}

fn packed(json: &str) -> String {
    let mut deflated = Vec::new();
    ZlibEncoder::new(json.as_bytes(), Compression::default())
        .read_to_end(&mut deflated)
        .unwrap();
    STANDARD
        .encode(deflated)
        .replace('+', "*")
        .replace('/', "-")
        .replace('=', "_")
}

#[test]
fn signatures_of_an_existing_generator_are_good_until_they_expire() {
    for (signature, name) in [
        (PLAIN, "alice"),
        (WITH_USER_BUF, "alice"),
        (NOT_ASCII, "é b"),
    ] {
        let checked = |now| check(&credentials(), &user(name), signature, now);
        assert_eq!(checked(at(MADE)), Ok(at(MADE + 86_400)));
        assert_eq!(checked(at(MADE + 86_399)), Ok(at(MADE + 86_400)));
        assert_eq!(checked(at(MADE + 86_400)), Err(SignatureError::Expired));
    }
}

#[test]
fn what_is_signed_here_says_what_an_existing_generator_says() {
    let (now, day) = (at(MADE), Duration::from_secs(86_400));
    let ours = Body::read(&sign(&credentials(), &user("alice"), now, day)).unwrap();
    let theirs = Body::read(PLAIN).unwrap();
    let json = |body: &Body| serde_json::to_value(body).unwrap();
    assert_eq!(json(&ours), json(&theirs));
}

#[test]
fn a_signature_holds_for_one_user_of_one_application() {
    let checked =
        |credentials: &Credentials, name| check(credentials, &user(name), PLAIN, at(MADE));
    let other = Credentials {
        app_id: 2.try_into().unwrap(),
        ..credentials()
    };
    assert_eq!(checked(&other, "alice"), Err(SignatureError::AnotherApp));
    assert_eq!(
        checked(&credentials(), "bob"),
        Err(SignatureError::AnotherUser)
    );
}

#[test]
fn a_signature_with_another_key_or_a_changed_body_is_not_valid() {
    let forger = Credentials {
        secret_key: SecretKey::random(),
        ..credentials()
    };
    let checked = |signature: &str| check(&credentials(), &user("alice"), signature, at(MADE));
    let forged = sign(&forger, &user("alice"), at(MADE), DEFAULT_LIFETIME);
    assert_eq!(checked(&forged), Err(SignatureError::Invalid));

    let mut body = Body::read(PLAIN).unwrap();
    body.expire += 1;
    let longer = packed(&serde_json::to_string(&body).unwrap());
    assert_eq!(checked(&longer), Err(SignatureError::Invalid));

    let mut body = Body::read(WITH_USER_BUF).unwrap();
    body.user_buf = None;
    let without = packed(&serde_json::to_string(&body).unwrap());
    assert_eq!(checked(&without), Err(SignatureError::Invalid));
}

#[test]
fn a_signature_may_be_dated_five_minutes_ahead() {
    let checked = |now| check(&credentials(), &user("alice"), PLAIN, now);
    assert!(checked(at(MADE - 300)).is_ok());
    assert_eq!(checked(at(MADE - 301)), Err(SignatureError::Ahead));
}

#[test]
fn what_is_no_signature_is_not_valid() {
    let bomb = packed(&format!("{{\"TLS.sig\":\"{}\"}}", "a".repeat(5_000_000)));
    assert!(bomb.len() < 12_288);
    for text in [
        "",
        "x",
        "not base64!",
        &packed("{}"),
        &packed("no json"),
        &bomb,
    ] {
        let checked = check(&credentials(), &user("alice"), text, at(MADE));
        assert_eq!(checked, Err(SignatureError::Invalid));
    }
}

/// A value for a field of the body: of the right type and not, small, extreme and too large for any.
fn field() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => any::<u64>().prop_map(|number| number.to_string()),
        2 => prop::sample::select(vec![
            "0", "-1", "1.5", "1e999", "18446744073709551615", "18446744073709551616", "null", "true",
            "[]", "{}", "\"2.0\"", "\"alice\"", "\"\"", "\"\\ud800\"", "\"\\u0000\"", "1400000000",
        ]).prop_map(str::to_owned),
        1 => any::<String>().prop_map(|text| serde_json::json!(text).to_string()),
        1 => (1usize..6000).prop_map(|n| format!("\"{}\"", "a".repeat(n))),
        1 => (1usize..2000).prop_map(|n| "[".repeat(n)),
    ]
}

/// A body of some of the fields, each of any value, doubled ones too.
fn body() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec![
        "TLS.ver",
        "TLS.identifier",
        "TLS.sdkappid",
        "TLS.expire",
        "TLS.time",
        "TLS.userbuf",
        "TLS.sig",
        "TLS.ver",
        "",
        "TLS",
    ]);
    let fields = prop::collection::vec((name, field()), 0..12);
    fields.prop_map(|fields| {
        let fields = fields
            .iter()
            .map(|(name, value)| format!("\"{name}\":{value}"));
        format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
    })
}

/// Text made to break whoever reads it as a signature.
fn hostile() -> impl Strategy<Value = String> {
    let bytes = prop::collection::vec(any::<u8>(), 0..400);
    let deflated = prop::collection::vec(any::<u8>(), 0..400).prop_map(|bytes| {
        // The head of a zlib stream, so that what follows is inflated.
        STANDARD.encode([&[0x78, 0x9c][..], &bytes].concat())
    });
    prop_oneof![
        4 => body().prop_map(|json| packed(&json)),
        2 => damaged(),
        1 => bytes.prop_map(|bytes| STANDARD.encode(bytes)),
        1 => deflated,
        1 => "[A-Za-z0-9*_+/=-]{0,200}",
        1 => any::<String>(),
    ]
}

/// A good signature with some of its characters cut out, replaced, added, or its end gone.
fn damaged() -> impl Strategy<Value = String> {
    let good = prop::sample::select(vec![PLAIN, WITH_USER_BUF, NOT_ASCII]);
    let places = prop::collection::vec(
        (any::<prop::sample::Index>(), 0u8..4, "[A-Za-z0-9*_-]"),
        1..4,
    );
    (good, places).prop_map(|(good, places)| {
        let mut text = good.to_owned();
        for (at, how, with) in places {
            if text.is_empty() {
                break;
            }
            let at = at.index(text.len());
            match how {
                0 => text.replace_range(at..=at, ""),
                1 => text.replace_range(at..=at, &with),
                2 => text.insert_str(at, &with),
                _ => text.truncate(at),
            }
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, ..ProptestConfig::default() })]

    /// Whatever is given for a signature is refused, unless it says what a good one says, to the letter.
    #[test]
    fn nothing_but_a_signature_is_one(text in hostile(), name in "alice|bob|é b") {
        let checked = check(&credentials(), &user(&name), &text, at(MADE));
        if let Ok(expires) = checked {
            let json = |text| serde_json::to_value(Body::read(text).unwrap()).unwrap();
            let good = [PLAIN, WITH_USER_BUF, NOT_ASCII].map(json);
            prop_assert!(good.contains(&json(&text)), "{}", text);
            prop_assert_eq!(expires, at(MADE + 86_400));
        }
    }

    /// Who has the key may sign any number: a time at the end of all time is a time.
    #[test]
    fn a_signature_may_hold_any_time(
        time in prop_oneof![any::<u64>(), Just(u64::MAX), MADE - 1000..MADE + 1000],
        expire in prop_oneof![any::<u64>(), Just(u64::MAX), 0u64..2000],
    ) {
        let mut body = Body::read(PLAIN).unwrap();
        (body.time, body.expire) = (time, expire);
        let mac = body.mac(&credentials().secret_key).finalize().into_bytes();
        body.sig = STANDARD.encode(mac);
        let text = packed(&serde_json::to_string(&body).unwrap());
        let checked = check(&credentials(), &user("alice"), &text, at(MADE));
        let until = u128::from(time) + u128::from(expire);
        let expected = if time > MADE + 300 {
            Err(SignatureError::Ahead)
        } else if until <= MADE.into() {
            Err(SignatureError::Expired)
        } else {
            let ms = u64::try_from(until * 1000).unwrap_or(u64::MAX);
            Ok(Timestamp::from_millis(ms))
        };
        prop_assert_eq!(checked, expected);
    }
}
