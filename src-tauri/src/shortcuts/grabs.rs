//! Which keys the desktop is asked for, as a projection of the snapshot.

use std::collections::{BTreeMap, BTreeSet};

use crate::shortcuts::Keys;
use crate::view::{Action, AppView, GlobalShortcuts, Manner};

/// The keys that are meant to work from everywhere, and which of them have something to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Grabs {
    /// The keys of each action.
    pub(crate) keys: BTreeMap<Action, Keys>,
    /// Those that there is something to do for; other programs have the rest.
    pub(crate) wanted: BTreeSet<Action>,
}

/// What the desktop was asked for, compared with each snapshot.
#[derive(Debug, Default)]
pub(crate) struct GrabProjector {
    asked: Grabs,
}

impl GrabProjector {
    /// What the desktop is to be asked for, if that is something else than before.
    pub(crate) fn change(&mut self, view: &AppView) -> Option<Grabs> {
        let grabs = grabs(view)?;
        if self.asked == grabs {
            return None;
        }
        self.asked.clone_from(&grabs);
        Some(grabs)
    }
}

/// What this snapshot asks the desktop for; nothing where it lets nobody have keys.
fn grabs(view: &AppView) -> Option<Grabs> {
    match view.desktop.global_shortcuts {
        GlobalShortcuts::Available { .. } => {}
        GlobalShortcuts::Unavailable { .. } => return None,
    }
    let global = view.shortcuts.iter().filter(|shortcut| shortcut.global);
    let keys: BTreeMap<Action, Keys> = global
        .filter_map(|shortcut| {
            let keys = shortcut.keys.as_deref()?.parse().ok()?;
            Some((shortcut.action, keys))
        })
        .collect();
    let actions = keys.keys().copied();
    let wanted = actions.filter(|action| has_to_do(*action, view)).collect();
    Some(Grabs { keys, wanted })
}

/// Whether this action would do something at this moment. A ring that is kept quiet is answered on the
/// screen.
fn has_to_do(action: Action, view: &AppView) -> bool {
    let mut rings = view.rings.iter().filter(|ring| match ring.manner {
        Manner::Aloud | Manner::Softly => !ring.answering,
        Manner::Quietly => false,
    });
    match action {
        Action::Answer | Action::Reject => rings.next().is_some(),
        Action::Silence => rings.any(|ring| !ring.silenced),
        Action::HangUp => view.call.is_some() || view.outgoing.is_some(),
        Action::Dial
        | Action::Contacts
        | Action::Chats
        | Action::Settings
        | Action::DoNotDisturb
        | Action::Quit => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::examples::{in_call, outgoing, ringing, view};
    use crate::shortcuts::Shortcuts;
    use crate::view::{DesktopSession, DesktopView, Progress};

    const RING: [Action; 3] = [Action::Answer, Action::Reject, Action::Silence];

    fn listed(view: AppView) -> AppView {
        AppView {
            shortcuts: Shortcuts::default().views(),
            ..view
        }
    }

    fn wanted(view: AppView) -> Vec<Action> {
        let grabs = grabs(&listed(view)).unwrap();
        grabs.wanted.into_iter().collect()
    }

    fn with_ring(change: impl FnOnce(&mut crate::view::RingView)) -> AppView {
        let mut view = ringing(&["a"]);
        change(&mut view.rings[0]);
        view
    }

    #[test]
    fn keys_are_wanted_only_while_there_is_something_to_answer_or_to_end() {
        assert_eq!(wanted(view()), []);
        assert_eq!(wanted(ringing(&["a"])), RING);
        assert_eq!(wanted(in_call()), [Action::HangUp]);
        assert_eq!(wanted(outgoing(Progress::Calling)), [Action::HangUp]);
        let both = AppView {
            call: in_call().call,
            ..ringing(&["a"])
        };
        assert_eq!(wanted(both), [&RING[..], &[Action::HangUp]].concat());
    }

    #[test]
    fn a_ring_that_is_silenced_answered_or_kept_quiet_wants_less() {
        let silenced = with_ring(|ring| ring.silenced = true);
        assert_eq!(wanted(silenced), [Action::Answer, Action::Reject]);
        assert_eq!(wanted(with_ring(|ring| ring.answering = true)), []);
        assert_eq!(wanted(with_ring(|ring| ring.manner = Manner::Quietly)), []);
    }

    #[test]
    fn an_action_without_keys_is_not_asked_for() {
        let mut view = listed(ringing(&["a"]));
        view.shortcuts[0].keys = None;
        let grabs = grabs(&view).unwrap();
        let actions = [Action::Reject, Action::Silence];
        assert_eq!(grabs.wanted, BTreeSet::from(actions));
        assert!(!grabs.keys.contains_key(&Action::Answer));
    }

    #[test]
    fn the_desktop_is_asked_when_something_has_changed_and_where_it_lets_programs_have_keys() {
        let mut projector = GrabProjector::default();
        assert!(projector.change(&listed(view())).is_some());
        assert_eq!(projector.change(&listed(view())), None);
        assert!(projector.change(&listed(ringing(&["a"]))).is_some());
        assert_eq!(projector.change(&listed(ringing(&["b"]))), None);
        let reason = "Wayland.".to_owned();
        let desktop = DesktopView {
            global_shortcuts: GlobalShortcuts::Unavailable { reason },
            ..DesktopView::before_known(DesktopSession::Wayland)
        };
        let unavailable = AppView {
            desktop,
            ..listed(view())
        };
        assert_eq!(projector.change(&unavailable), None);
    }
}
