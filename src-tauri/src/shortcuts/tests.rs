use super::*;

fn form(chosen: &[(Action, Option<&str>)]) -> Form {
    let own = |keys: &Option<&str>| keys.map(str::to_owned);
    let chosen = chosen.iter();
    chosen.map(|(action, keys)| (*action, own(keys))).collect()
}

fn changed(chosen: &[(Action, Option<&str>)]) -> Result<Shortcuts, String> {
    let changed = Shortcuts::default().changed(form(chosen));
    changed.map_err(|error| error.to_string())
}

fn keys(text: &str) -> Keys {
    text.parse().unwrap()
}

#[test]
fn every_action_is_listed_once_with_keys_of_its_own() {
    let views = Shortcuts::default().views();
    let actions: BTreeSet<_> = views.iter().map(|view| view.action).collect();
    let usual: BTreeSet<_> = views.iter().map(|view| &view.usual).collect();
    assert_eq!((actions.len(), usual.len()), (LISTED.len(), LISTED.len()));
    assert!(
        views
            .iter()
            .all(|view| view.keys.as_ref() == Some(&view.usual))
    );
    let global = views.iter().filter(|view| view.global);
    let global: Vec<_> = global.map(|view| view.action).collect();
    let four = [
        Action::Answer,
        Action::Reject,
        Action::Silence,
        Action::HangUp,
    ];
    assert_eq!(global, four);
}

#[test]
fn chosen_keys_are_kept_as_they_are_written_everywhere_and_none_too() {
    let shortcuts = changed(&[
        (Action::Answer, Some("shift+alt+ctrl+j")),
        (Action::Reject, None),
    ])
    .unwrap();
    assert_eq!(shortcuts.of(Action::Answer), Some(keys("Ctrl+Alt+Shift+J")));
    assert_eq!(shortcuts.of(Action::Reject), None);
    assert_eq!(shortcuts.of(Action::Dial), Some(usual(Action::Dial)));
    let expected = form(&[
        (Action::Answer, Some("Ctrl+Alt+Shift+J")),
        (Action::Reject, None),
    ]);
    assert_eq!(shortcuts.form(), expected);
    let json = serde_json::to_string(&shortcuts).unwrap();
    assert_eq!(json, r#"{"answer":"Ctrl+Alt+Shift+J","reject":null}"#);
    assert_eq!(serde_json::from_str::<Shortcuts>(&json).unwrap(), shortcuts);
}

#[test]
fn the_usual_keys_are_no_choice() {
    let usual = usual(Action::Answer).to_string();
    let shortcuts = changed(&[(Action::Answer, Some(&usual))]).unwrap();
    assert_eq!(shortcuts, Shortcuts::default());
}

#[test]
fn keys_of_another_action_are_refused_and_it_is_named() {
    let answers = usual(Action::Answer).to_string();
    let taken = |keys: &str, by: &str| {
        format!(
            "{keys} is the shortcut for \"{by}\" already. Choose other keys, or clear that one first."
        )
    };
    let refused = changed(&[(Action::Chats, Some(&answers))]);
    assert_eq!(refused, Err(taken(&answers, "Answer")));

    let before = changed(&[(Action::Chats, Some("Ctrl+9"))]).unwrap();
    let both = form(&[
        (Action::Dial, Some("Ctrl+9")),
        (Action::Chats, Some("Ctrl+9")),
    ]);
    let refused = before.changed(both).unwrap_err().to_string();
    assert_eq!(refused, taken("Ctrl+9", "Chats"));

    let swapped = changed(&[(Action::Answer, None), (Action::Chats, Some(&answers))]);
    assert_eq!(swapped.unwrap().of(Action::Chats), Some(keys(&answers)));
}

#[test]
fn a_bare_letter_is_refused_for_every_action() {
    for action in LISTED {
        let refused = changed(&[(action, Some("A"))]).unwrap_err();
        assert!(refused.starts_with("A alone would be pressed"), "{refused}");
    }
}

#[test]
fn a_file_of_another_system_keeps_what_can_be_kept() {
    let quits = usual(Action::Quit).to_string();
    let read = Shortcuts::from(form(&[
        (Action::Answer, Some("Hyper+J")),
        (Action::Reject, Some("Ctrl+Alt+9")),
        (Action::Silence, Some("Ctrl+Alt+9")),
        (Action::Chats, Some(&quits)),
    ]));
    assert_eq!(read.of(Action::Answer), Some(usual(Action::Answer)));
    assert_eq!(read.of(Action::Reject), Some(keys("Ctrl+Alt+9")));
    assert_eq!(read.of(Action::Silence), None);
    assert_eq!(read.of(Action::Chats), Some(keys(&quits)));
    assert_eq!(read.of(Action::Quit), None);
    assert_eq!(read.changed(read.form()), Ok(read));
}
