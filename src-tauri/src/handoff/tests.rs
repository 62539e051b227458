//! What is handed over is found once, and nothing else is.

use serde_json::json;

use super::*;

/// Ann's ring for bob, of 30 seconds.
pub(crate) fn ring(id: &str) -> SignalingInfo {
    serde_json::from_value(json!({
        "businessID": 1, "inviteID": id, "inviter": "ann", "inviteeList": ["bob"], "actionType": 1,
        "data": "", "timeout": 30, "groupID": "", "onlineUserOnly": false,
    }))
    .unwrap()
}

fn handoff(id: &str, received_at_ms: u64) -> Handoff {
    Handoff {
        signaling: ring(id),
        action: Wanted::Accept,
        received_at_ms,
    }
}

fn names(folder: &Path) -> Vec<std::ffi::OsString> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name()).collect()
}

#[test]
fn what_is_handed_over_is_taken_once_and_oldest_first() {
    let profile = tempfile::tempdir().unwrap();
    let inbox = Inbox::of(profile.path());
    assert_eq!(inbox.take(), []);
    let (late, early) = (handoff("late", 2), handoff("early", 1));
    put(profile.path(), &late).unwrap();
    put(profile.path(), &early).unwrap();
    assert_eq!(inbox.take(), [early, late]);
    assert_eq!(inbox.take(), []);
}

#[cfg(unix)]
#[test]
fn what_is_handed_over_is_readable_by_its_user_alone() {
    use std::os::unix::fs::PermissionsExt;
    let profile = tempfile::tempdir().unwrap();
    put(profile.path(), &handoff("a", 1)).unwrap();
    let folder = profile.path().join(FOLDER);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    let [file] = &names(&folder)[..] else {
        panic!("there is one file");
    };
    assert_eq!(mode(&folder.join(file)), 0o600);
}

#[test]
fn junk_is_taken_away_and_hinders_nothing() {
    let profile = tempfile::tempdir().unwrap();
    put(profile.path(), &handoff("a", 1)).unwrap();
    let folder = profile.path().join(FOLDER);
    let mut with_more = serde_json::to_value(handoff("b", 1)).unwrap();
    with_more["more"] = json!(1);
    let mut with_less = serde_json::to_value(handoff("b", 1)).unwrap();
    with_less["signaling"]["inviteID"] = json!("");
    fs::write(folder.join("more.json"), with_more.to_string()).unwrap();
    fs::write(folder.join("less.json"), with_less.to_string()).unwrap();
    fs::write(folder.join("half.json"), "{\"signal").unwrap();
    fs::write(folder.join("huge.json"), vec![b' '; 300 * 1024]).unwrap();
    fs::create_dir(folder.join("folder.json")).unwrap();
    fs::write(folder.join("unfinished.json.new"), "{").unwrap();

    assert_eq!(Inbox::of(profile.path()).take(), [handoff("a", 1)]);
    assert_eq!(names(&folder), ["unfinished.json.new"]);
}

#[test]
fn no_more_is_read_at_once_than_anybody_can_choose() {
    let profile = tempfile::tempdir().unwrap();
    for n in 0..40 {
        put(profile.path(), &handoff("a", n)).unwrap();
    }
    let inbox = Inbox::of(profile.path());
    assert_eq!(inbox.take().len(), MOST_FILES);
    assert_eq!(inbox.take().len(), 40 - MOST_FILES);
}

#[test]
fn a_ring_is_over_when_its_time_is() {
    let ring = handoff("a", 1_000);
    assert_eq!(ring.age(500), Duration::ZERO);
    assert_eq!(ring.age(3_500), Duration::from_millis(2_500));
    assert!(!ring.is_over(30_999));
    assert!(ring.is_over(31_000));
    let mut endless = ring;
    endless.signaling.timeout = 0;
    assert!(!endless.is_over(u64::MAX));
}
