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
