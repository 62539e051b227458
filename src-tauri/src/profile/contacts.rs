//! The profile's own address book.

use std::collections::BTreeSet;

use bellhop_protocol::{Failure, UserId};
use serde::{Deserialize, Serialize};

/// The longest name kept, in characters.
const LONGEST_NAME: usize = 120;
/// The most entries kept.
const MOST: usize = 1000;

/// Somebody in the address book.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Contact {
    /// Whom to call.
    #[serde(rename = "userID")]
    pub(crate) user: UserId,
    /// The name to show.
    pub(crate) name: String,
}

/// The address book: whom the person has added, and whom they want not to see.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Contacts {
    /// Whom the person has added, in that order.
    contacts: Vec<Contact>,
    /// Whom the person has removed of those that are there by themselves.
    #[serde(default)]
    hidden: BTreeSet<UserId>,
    /// Whose calls are quiet here, in the address book or not.
    #[serde(default)]
    muted: BTreeSet<UserId>,
}

impl Contacts {
    /// Whom the person has added, in that order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Contact> {
        self.contacts.iter()
    }

    /// The name of somebody in the address book.
    pub(crate) fn name_of(&self, user: &UserId) -> Option<&str> {
        let contact = self.iter().find(|contact| contact.user == *user)?;
        Some(&contact.name)
    }

    /// Whether the person wants not to see somebody who is there by himself.
    pub(crate) fn hides(&self, user: &UserId) -> bool {
        self.hidden.contains(user)
    }

    /// Whether somebody's calls are quiet here.
    pub(crate) fn mutes(&self, user: &UserId) -> bool {
        self.muted.contains(user)
    }

    /// Lets somebody's calls be quiet here, or loud again; he need not be in the address book.
    pub(crate) fn mute(&mut self, user: UserId, muted: bool) -> Result<(), Failure> {
        if !muted {
            self.muted.remove(&user);
        } else if self.muted.len() >= MOST && !self.mutes(&user) {
            let message = format!("No more than {MOST} people can be muted.");
            return Err(Failure::bad_parameter(message));
        } else {
            self.muted.insert(user);
        }
        Ok(())
    }

    /// Adds somebody, or renames him; without a name he is shown by his user ID.
    pub(crate) fn add(&mut self, user: UserId, name: &str) -> Result<(), Failure> {
        let name = match name.trim() {
            "" => user.to_string(),
            name => name.chars().take(LONGEST_NAME).collect(),
        };
        if let Some(known) = self.contacts.iter_mut().find(|known| known.user == user) {
            known.name = name;
            return Ok(());
        }
        if self.contacts.len() >= MOST {
            let message = format!("The address book is full: it holds {MOST} people.");
            return Err(Failure::bad_parameter(message));
        }
        self.hidden.remove(&user);
        self.contacts.push(Contact { user, name });
        Ok(())
    }

    /// Removes somebody; whoever would be there by himself stays away until he is added.
    pub(crate) fn remove(&mut self, user: &UserId, by_himself: bool) {
        self.contacts.retain(|contact| contact.user != *user);
        if by_himself {
            self.hidden.insert(user.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> UserId {
        text.parse().unwrap()
    }

    fn shown(contacts: &Contacts) -> Vec<(&str, &str)> {
        let all = contacts.iter();
        all.map(|c| (c.user.as_str(), c.name.as_str())).collect()
    }

    #[test]
    fn adding_twice_renames() {
        let mut contacts = Contacts::default();
        contacts.add(id("bob"), "  ").unwrap();
        contacts.add(id("carol"), "Carol").unwrap();
        contacts.add(id("bob"), " Bob B. ").unwrap();
        assert_eq!(shown(&contacts), [("bob", "Bob B."), ("carol", "Carol")]);
        assert_eq!(contacts.name_of(&id("carol")), Some("Carol"));
        assert_eq!(contacts.name_of(&id("dave")), None);
    }

    #[test]
    fn whoever_is_there_by_himself_stays_away_until_added() {
        let mut contacts = Contacts::default();
        contacts.remove(&id("echo"), true);
        contacts.remove(&id("bob"), false);
        assert!(contacts.hides(&id("echo")));
        assert!(!contacts.hides(&id("bob")));
        contacts.add(id("echo"), "").unwrap();
        assert!(!contacts.hides(&id("echo")));
    }

    #[test]
    fn whoever_is_muted_stays_so_wherever_he_is_listed() {
        let mut contacts = Contacts::default();
        contacts.mute(id("bob"), true).unwrap();
        contacts.add(id("bob"), "").unwrap();
        contacts.remove(&id("bob"), false);
        let kept = serde_json::to_string(&contacts).unwrap();
        let mut read: Contacts = serde_json::from_str(&kept).unwrap();
        assert!(read.mutes(&id("bob")));
        read.mute(id("bob"), false).unwrap();
        assert!(!read.mutes(&id("bob")));
        for n in 0..MOST {
            read.mute(id(&format!("u{n}")), true).unwrap();
        }
        read.mute(id("u7"), true).unwrap();
        let refused = read.mute(id("one-more"), true).unwrap_err();
        let message = "No more than 1000 people can be muted.";
        assert_eq!(refused.message, message);
    }

    #[test]
    fn the_address_book_is_bounded() {
        let mut contacts = Contacts::default();
        for n in 0..MOST {
            contacts
                .add(id(&format!("u{n}")), &"x".repeat(500))
                .unwrap();
        }
        let refused = contacts.add(id("one-more"), "").unwrap_err();
        assert_eq!(
            refused.message,
            "The address book is full: it holds 1000 people."
        );
        assert_eq!(contacts.name_of(&id("u7")).unwrap().len(), LONGEST_NAME);
    }
}
