//! What every implementation of the stores does, as one suite of cases.
//!
//! A case opens stores through the function it is given, plays real decisions of the engine on them
//! and looks at what is kept, answered and heard. It knows no implementation.

pub mod awaiting;
pub mod directory;
pub mod groups;
pub mod history;
pub mod ledger;
pub mod people;
pub mod play;
pub mod races;
pub mod story;

use std::any::Any;
use std::sync::{Arc, Mutex, MutexGuard};

use bellhop_engine::{Call, Notice};
use bellhop_protocol::{Event, InviteId, UserId};

use crate::ports::{Outlet, SharedStore};

/// Makes a test of each case; the argument is an async function that opens empty stores.
#[macro_export]
macro_rules! conformance {
    ($open:path) => {
        $crate::conformance! { $open:
            awaiting::what_is_due_comes_earliest_first_and_stays_until_it_is_done
            awaiting::a_look_for_devices_asleep_falls_due_once
            awaiting::absences_fall_due_until_they_are_cleared
            awaiting::the_awaited_are_inviters_of_open_invitations_and_parties_of_running_calls
            awaiting::purging_forgets_what_is_over_and_nothing_else
            awaiting::an_online_only_invitation_leaves_no_trace
            directory::an_account_is_there_from_its_creation_on
            directory::a_device_was_last_seen_when_it_left
            directory::devices_that_were_connected_at_a_crash_are_lost
            directory::a_device_that_stays_away_is_forgotten
            groups::a_group_is_found_by_its_members
            groups::a_dismissed_group_is_kept_without_members
            groups::a_stale_group_writes_nothing
            groups::what_stands_on_a_group_fails_once_it_has_changed
            groups::open_invitations_of_a_group_are_found
            groups::departures_fall_due_until_they_are_cleared
            groups::a_groups_message_is_in_the_lists_of_its_members
            groups::whoever_leaves_a_group_loses_its_conversation
            groups::a_message_stands_on_the_members_it_is_for
            history::pages_lead_from_the_newest_to_the_oldest
            history::places_increase_over_all_threads
            history::an_ordinary_message_is_told_and_remembered_once
            history::a_missed_call_is_one_unread_and_an_answered_one_none
            history::reading_moves_the_mark_to_the_end
            history::reading_is_remembered_once
            history::an_excluded_message_changes_neither_count_nor_last_message
            history::the_message_of_an_invite_tells_what_became_of_the_call
            history::a_modified_invitation_changes_its_message_in_place
            history::an_edit_changes_only_what_it_names
            history::conversations_are_listed_newest_first_for_both_sides
            ledger::a_transition_is_kept_and_told_whole
            ledger::a_stale_revision_writes_nothing
            ledger::a_stale_call_writes_nothing_of_its_invitation
            ledger::an_invitation_is_made_once
            ledger::a_request_is_remembered_for_24_hours
            ledger::a_repeated_request_writes_nothing
            ledger::open_invitations_are_those_one_takes_part_in
            ledger::the_newest_open_invitation_between_two_is_found
            ledger::open_invitations_between_two_are_counted
            ledger::running_calls_are_those_one_is_in
            ledger::time_outs_are_found_since_a_moment
            people::a_profile_changes_in_what_is_said
            people::blocks_are_kept_and_told
            people::a_change_of_people_is_remembered_once
            people::correspondents_have_written_to_each_other
            races::one_of_all_who_race_for_an_invitation_wins_and_all_hear_the_same
            races::everything_is_told_in_the_order_it_was_committed
            races::what_is_not_stored_is_told_in_an_order_with_what_is
            races::nobody_is_invited_once_it_was_told_that_he_left
            races::what_was_answered_has_been_told
        }
    };
    ($open:path: $($module:ident::$case:ident)+) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                let world = $crate::conformance::World::open(&$open).await;
                $crate::conformance::$module::$case(world).await;
            }
        )+
    };
}

/// Empty stores, and whatever must live as long as they do.
pub struct Opened {
    /// The stores.
    pub store: SharedStore,
    /// Dropped after them.
    pub kept: Box<dyn Any + Send + Sync>,
}

/// Stores and everything they told.
pub struct World {
    /// The stores.
    pub store: SharedStore,
    /// What they told.
    pub heard: Arc<Heard>,
    _kept: Box<dyn Any + Send + Sync>,
}

impl World {
    /// Opens stores that tell this world.
    pub async fn open(open: &impl AsyncFn(Arc<dyn Outlet>) -> Opened) -> Self {
        let heard = Arc::new(Heard::default());
        let opened = open(heard.clone()).await;
        Self {
            store: opened.store,
            heard,
            _kept: opened.kept,
        }
    }
}

/// An outlet that writes everything down.
#[derive(Default)]
pub struct Heard {
    told: Mutex<Vec<Told>>,
}

/// One thing that was told.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// A notice.
    Notice(Notice),
    /// A change of a call.
    Call(Call),
    /// Whom a user has blocked, or blocks no more.
    Blocks(UserId, Vec<UserId>, bool),
}

impl Heard {
    fn told(&self) -> MutexGuard<'_, Vec<Told>> {
        self.told
            .lock()
            .expect("no case panics while it holds this")
    }

    /// Everything told since this was asked last, in order.
    pub fn take(&self) -> Vec<Told> {
        std::mem::take(&mut *self.told())
    }

    /// The notices told since this was asked last, in order.
    pub fn notices(&self) -> Vec<Notice> {
        let notice = |told| match told {
            Told::Notice(notice) => Some(notice),
            Told::Call(_) | Told::Blocks(..) => None,
        };
        self.take().into_iter().filter_map(notice).collect()
    }

    /// How much was told since anything was taken.
    pub fn count(&self) -> usize {
        self.told().len()
    }
}

impl Outlet for Heard {
    fn publish(&self, notice: &Notice) {
        self.told().push(Told::Notice(notice.clone()));
    }

    fn call_changed(&self, call: &Call) {
        self.told().push(Told::Call(call.clone()));
    }

    fn blocks_changed(&self, user: &UserId, others: &[UserId], blocked: bool) {
        let told = Told::Blocks(user.clone(), others.to_vec(), blocked);
        self.told().push(told);
    }
}

/// Of which invitation an event tells, and its revision after it.
pub fn revision(event: &Event) -> Option<(&InviteId, u64)> {
    match event {
        Event::NewInvitationReceived(event) => Some((&event.invite_id, event.rev)),
        Event::InviteeAccepted(event) | Event::InviteeRejected(event) => {
            Some((&event.invite_id, event.rev))
        }
        Event::InvitationCancelled(event) => Some((&event.invite_id, event.rev)),
        Event::InvitationTimeout(event) => Some((&event.invite_id, event.rev)),
        Event::InvitationModified(event) => Some((&event.invite_id, event.rev)),
        Event::InviteeRinging(event) => Some((&event.invite_id, event.rev)),
        Event::CallEnded(_)
        | Event::SignalReceived(_)
        | Event::MessageReceived(_)
        | Event::GroupChanged(_)
        | Event::PushReceived(_)
        | Event::PushWithdrawn(_)
        | Event::UserStatusChanged(_)
        | Event::KickedOffline(_) => None,
    }
}
