use super::*;
use crate::view::MediaType;

const NO_DAEMON: Refused = Refused {
    fate: Fate::NoDaemon,
    reason: "nothing answers",
};
const DENIED: Refused = Refused {
    fate: Fate::Denied,
    reason: "not allowed",
};

/// What the system was asked to do.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Show(NotificationKind, String, Option<u32>),
    Close(u32),
    Tell(String, String),
}

/// A system that numbers what it shows from 1.
struct Screen {
    buttons: Result<Buttons, Refused>,
    shows: Result<(), Refused>,
    asked: mpsc::Sender<Asked>,
    says: mpsc::Receiver<Heard<u32>>,
    last: u32,
}

impl System for Screen {
    type Id = u32;

    async fn ask(&mut self) -> Result<Buttons, Refused> {
        self.buttons.clone()
    }

    async fn show(&mut self, note: &Note, replaces: Option<&u32>) -> Result<u32, Refused> {
        self.shows.clone()?;
        let replaces = replaces.copied();
        let asked = Asked::Show(note.kind, note.caller.invite_id.clone(), replaces);
        self.asked.send(asked).await.expect("the test listens");
        self.last += 1;
        Ok(replaces.unwrap_or(self.last))
    }

    async fn tell(&mut self, text: &Text) -> Result<(), Refused> {
        let asked = Asked::Tell(text.title.clone(), text.body.clone());
        self.asked.send(asked).await.expect("the test listens");
        Ok(())
    }

    async fn close(&mut self, id: &u32) {
        let asked = Asked::Close(*id);
        self.asked.send(asked).await.expect("the test listens");
    }

    async fn hear(&mut self) -> Heard<u32> {
        match self.says.recv().await {
            Some(heard) => heard,
            None => std::future::pending().await,
        }
    }
}

/// A desk at a screen, and everything it does.
struct Watched {
    desk: Box<dyn Notifier>,
    told: mpsc::Receiver<News>,
    asked: mpsc::Receiver<Asked>,
    says: mpsc::Sender<Heard<u32>>,
}

impl Watched {
    fn new(buttons: Result<Buttons, Refused>, shows: Result<(), Refused>) -> Self {
        let (asked_by_desk, asked) = mpsc::channel(16);
        let (says, heard) = mpsc::channel(16);
        let (tells, told) = mpsc::channel(16);
        let screen = Screen {
            buttons,
            shows,
            asked: asked_by_desk,
            says: heard,
            last: 0,
        };
        let desk = Box::new(start(screen, tells));
        Self {
            desk,
            told,
            asked,
            says,
        }
    }

    fn with_buttons() -> Self {
        Self::new(Ok(Buttons::Drawn), Ok(()))
    }

    async fn asked(&mut self) -> Asked {
        self.asked.recv().await.expect("the desk works")
    }

    async fn told(&mut self) -> News {
        self.told.recv().await.expect("the desk works")
    }

    /// The next kind and fate that it tells.
    async fn fate(&mut self) -> (NotificationKind, Fate) {
        loop {
            match self.told().await {
                News::Delivered(delivery) => {
                    assert_eq!(delivery.invite_id, "i");
                    assert_eq!(delivery.name, "Bob");
                    assert!(delivery.at_ms > 1_700_000_000_000, "{}", delivery.at_ms);
                    return (delivery.kind, delivery.fate);
                }
                News::Able(_) => {}
                News::Chosen { choice, .. } => panic!("nobody chose {choice:?}"),
            }
        }
    }

    /// The next choice that it tells.
    async fn choice(&mut self) -> Choice {
        self.chosen().await.0
    }

    /// The same, and what lets a window come to the front for it.
    async fn chosen(&mut self) -> (Choice, Option<String>) {
        loop {
            match self.told().await {
                News::Chosen { choice, activation } => return (choice, activation),
                News::Able(_) | News::Delivered(_) => {}
            }
        }
    }

    /// Has the system say something, and waits until it was heard: what is ordered next comes after it.
    async fn says(&self, heard: Heard<u32>) {
        self.says.send(heard).await.expect("the desk listens");
        while self.says.capacity() < self.says.max_capacity() {
            tokio::task::yield_now().await;
        }
    }

    async fn presses(&self, id: u32, action: &str) {
        self.says(Heard::Chosen {
            id,
            action: action.to_owned(),
            activation: Some("token".to_owned()),
        })
        .await;
    }
}

fn bob() -> Caller {
    Caller {
        invite_id: "i".to_owned(),
        user_id: "bob".to_owned(),
        name: "Bob\u{202E}".to_owned(),
        group: None,
        media: MediaType::Audio,
    }
}

const RING: NotificationKind = NotificationKind::Ring;
const MISSED: NotificationKind = NotificationKind::Missed;

#[tokio::test]
async fn tells_what_became_of_a_ring() {
    for (buttons, shows, fate) in [
        (Ok(Buttons::Drawn), Ok(()), Fate::Shown),
        (Ok(Buttons::NotDrawn), Ok(()), Fate::NoActions),
        (Err(NO_DAEMON), Ok(()), Fate::NoDaemon),
        (Ok(Buttons::Drawn), Err(NO_DAEMON), Fate::NoDaemon),
        (Err(DENIED), Ok(()), Fate::Denied),
        (Ok(Buttons::Drawn), Err(DENIED), Fate::Denied),
    ] {
        let mut watched = Watched::new(buttons, shows);
        watched.desk.ring(bob());
        assert_eq!(watched.fate().await, (RING, fate));
    }
}

#[tokio::test]
async fn says_why_nothing_is_shown_before_anything_rings() {
    let mut watched = Watched::new(Err(DENIED), Ok(()));
    let reason = DENIED.reason.to_owned();
    let unavailable = News::Able(NotificationsView::Unavailable { reason });
    assert_eq!(watched.told().await, unavailable);
}

#[tokio::test]
async fn a_missed_call_replaces_the_ring_that_was_withdrawn() {
    let mut watched = Watched::with_buttons();
    watched.desk.ring(bob());
    watched.desk.withdraw("i");
    watched.desk.missed(bob());

    let ring = Asked::Show(RING, "i".to_owned(), None);
    assert_eq!(watched.asked().await, ring);
    assert_eq!(watched.asked().await, Asked::Close(1));
    let missed = Asked::Show(MISSED, "i".to_owned(), None);
    assert_eq!(watched.asked().await, missed);
    assert_eq!(watched.fate().await, (RING, Fate::Shown));
    assert_eq!(watched.fate().await, (RING, Fate::Replaced));
    assert_eq!(watched.fate().await, (MISSED, Fate::Shown));
}

#[tokio::test]
async fn a_missed_call_takes_the_place_of_a_ring_that_is_there_still() {
    let mut watched = Watched::with_buttons();
    watched.desk.ring(bob());
    watched.desk.missed(bob());

    let ring = Asked::Show(RING, "i".to_owned(), None);
    assert_eq!(watched.asked().await, ring);
    let missed = Asked::Show(MISSED, "i".to_owned(), Some(1));
    assert_eq!(watched.asked().await, missed);
    assert_eq!(watched.fate().await, (RING, Fate::Shown));
    assert_eq!(watched.fate().await, (RING, Fate::Replaced));
    assert_eq!(watched.fate().await, (MISSED, Fate::Shown));
    watched.presses(1, CALL_BACK).await;
    assert_eq!(watched.choice().await, Choice::CallBack(bob()));
}

#[tokio::test]
async fn what_a_person_has_put_away_is_not_replaced() {
    let mut watched = Watched::with_buttons();
    watched.desk.ring(bob());
    assert_eq!(watched.fate().await, (RING, Fate::Shown));
    let by_person = true;
    watched.says(Heard::Closed { id: 1, by_person }).await;
    assert_eq!(watched.choice().await, Choice::Silence("i".to_owned()));

    watched.desk.withdraw("i");
    watched.desk.missed(bob());
    assert_eq!(watched.fate().await, (MISSED, Fate::Shown));
    let ring = Asked::Show(RING, "i".to_owned(), None);
    assert_eq!(watched.asked().await, ring);
    let missed = Asked::Show(MISSED, "i".to_owned(), None);
    assert_eq!(watched.asked().await, missed);
}

#[tokio::test]
async fn a_ring_takes_over_what_is_learnt_of_it_where_it_is() {
    let mut watched = Watched::with_buttons();
    watched.desk.ring(bob());
    watched.desk.ring(bob());
    watched.desk.missed(bob());
    let again = Asked::Show(RING, "i".to_owned(), Some(1));
    watched.asked().await;
    assert_eq!(watched.asked().await, again);
    // It is one ring, shown and replaced once.
    assert_eq!(watched.fate().await, (RING, Fate::Shown));
    assert_eq!(watched.fate().await, (RING, Fate::Replaced));
    assert_eq!(watched.fate().await, (MISSED, Fate::Shown));
}

#[tokio::test]
async fn what_is_learnt_of_a_ring_does_not_bring_it_back_when_it_was_put_away() {
    let mut watched = Watched::with_buttons();
    watched.desk.ring(bob());
    let by_person = true;
    watched.fate().await;
    watched.says(Heard::Closed { id: 1, by_person }).await;
    assert_eq!(watched.choice().await, Choice::Silence("i".to_owned()));
    watched.desk.ring(bob());
    watched.desk.missed(bob());

    let ring = Asked::Show(RING, "i".to_owned(), None);
    assert_eq!(watched.asked().await, ring);
    let missed = Asked::Show(MISSED, "i".to_owned(), None);
    assert_eq!(watched.asked().await, missed);
}

#[tokio::test]
async fn every_press_means_what_it_says() {
    let mut watched = Watched::with_buttons();
    watched.desk.ring(bob());
    watched.fate().await;
    for (action, choice) in [
        (ACCEPT, Choice::Accept("i".to_owned())),
        (REJECT, Choice::Reject("i".to_owned())),
        (SHOW, Choice::Show("i".to_owned())),
    ] {
        // What was not offered, and what belongs to nothing here, is nothing.
        watched.presses(1, "format-disk").await;
        watched.presses(1, CALL_BACK).await;
        watched.presses(7, ACCEPT).await;
        watched.presses(1, action).await;
        assert_eq!(watched.choice().await, choice);
    }
}

#[tokio::test]
async fn nothing_is_there_any_more_once_the_system_says_so() {
    let mut watched = Watched::with_buttons();
    watched.desk.ring(bob());
    watched.fate().await;
    watched.says(Heard::Gone).await;
    watched.presses(1, ACCEPT).await;
    let by_person = true;
    watched.says(Heard::Closed { id: 1, by_person }).await;
    watched.desk.ring(bob());
    watched.fate().await;
    watched.presses(2, ACCEPT).await;
    assert_eq!(watched.choice().await, Choice::Accept("i".to_owned()));
}

#[tokio::test]
async fn tells_of_the_app_itself_and_of_nobody_who_called() {
    let mut watched = Watched::with_buttons();
    watched
        .desk
        .tell("Bellhop goes on", "In the tray.".to_owned());
    let told = Asked::Tell("Bellhop goes on".to_owned(), "In the tray.".to_owned());
    assert_eq!(watched.asked().await, told);
    watched.desk.ring(bob());
    assert_eq!(watched.fate().await, (RING, Fate::Shown));
}

/// Not every desktop takes off the screen what nobody waits for any more.
#[tokio::test]
async fn every_ring_is_withdrawn_at_the_end_and_missed_calls_stay() {
    let mut watched = Watched::with_buttons();
    watched.desk.ring(bob());
    let other = Caller {
        invite_id: "j".to_owned(),
        ..bob()
    };
    watched.desk.missed(other);
    watched.asked().await;
    watched.asked().await;
    watched.desk.close().await;
    assert_eq!(watched.asked.recv().await, Some(Asked::Close(1)));
    assert_eq!(watched.asked.recv().await, None);
}

#[tokio::test]
async fn a_press_lets_a_window_come_to_the_front_when_it_brings_one() {
    let mut watched = Watched::with_buttons();
    watched.desk.ring(bob());
    watched.fate().await;
    for (action, choice, brings) in [
        (ACCEPT, Choice::Accept("i".to_owned()), true),
        (SHOW, Choice::Show("i".to_owned()), true),
        (REJECT, Choice::Reject("i".to_owned()), false),
    ] {
        watched.presses(1, action).await;
        let activation = brings.then(|| "token".to_owned());
        assert_eq!(watched.chosen().await, (choice, activation));
    }
}
