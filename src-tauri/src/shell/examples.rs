//! Snapshots for the tests of whatever follows them.

use crate::view::*;

/// Nothing going on.
pub(crate) fn view() -> AppView {
    AppView {
        revision: 0,
        profile: ProfileView {
            profile: "default".to_owned(),
            user_id: "alice".to_owned(),
            nick: String::new(),
            server: String::new(),
            hosting: Hosting::ThisApp,
        },
        connection: ConnectionView::Online,
        contacts: Vec::new(),
        groups: Vec::new(),
        blocked: Vec::new(),
        recents: Vec::new(),
        missed: 0,
        conversations: Vec::new(),
        unread: 0,
        open_conversation: None,
        rings: Vec::new(),
        outgoing: None,
        call: None,
        ended: None,
        problem: None,
        settings: SettingsView::default(),
        notifications: NotificationsView::Unknown,
        audio: AudioView::default(),
        quiet: QuietNowView::default(),
        question: None,
        dial: None,
        shortcuts: Vec::new(),
        desktop: DesktopView::before_known(DesktopSession::X11),
        deliveries: Vec::new(),
    }
}

/// Somebody who calls and is called.
pub(crate) fn bob() -> PeerView {
    PeerView::User(PersonView {
        user_id: "bob".to_owned(),
        name: "Bob".to_owned(),
    })
}

/// Calls of his that ring.
pub(crate) fn ringing(ids: &[&str]) -> AppView {
    let ring = |id: &&str| RingView {
        invite_id: (*id).to_owned(),
        user_id: "bob".to_owned(),
        name: "Bob".to_owned(),
        group: None,
        others: Vec::new(),
        media_type: MediaType::Video,
        remaining_ms: Some(1000),
        timeout_ms: Some(30_000),
        manner: Manner::Aloud,
        silenced: false,
        answering: false,
    };
    AppView {
        rings: ids.iter().map(ring).collect(),
        ..view()
    }
}

/// A call to him that has come this far.
pub(crate) fn outgoing(progress: Progress) -> AppView {
    AppView {
        outgoing: Some(OutgoingView {
            invite_id: "a".to_owned(),
            with: bob(),
            people: Vec::new(),
            media_type: MediaType::Audio,
            progress,
            remaining_ms: None,
            timeout_ms: None,
            cancelling: false,
        }),
        ..view()
    }
}

/// A call with him.
pub(crate) fn in_call() -> AppView {
    AppView {
        call: Some(CallView {
            call_id: "a".to_owned(),
            with: bob(),
            people: Vec::new(),
            ringing_invite_ids: Vec::new(),
            media_type: MediaType::Audio,
            elapsed_ms: 0,
            hanging_up: false,
        }),
        ..view()
    }
}

/// A call to him that is over.
pub(crate) fn ended(id: &str, ending: Ending) -> AppView {
    AppView {
        ended: Some(EndedView {
            invite_id: id.to_owned(),
            with: bob(),
            direction: Direction::Outgoing,
            ending,
            duration_ms: None,
            media_type: MediaType::Audio,
            reply: None,
        }),
        ..view()
    }
}
