//! Rings the app again and again, and takes the time of everything that reaches the person.

use std::process::Command;
use std::time::{Duration, Instant};

use bellhop_server::{Credentials, Data, RunningServer, Server, ServerConfig, user_sig, wall_time};
use serde_json::json;

use crate::delay;
use crate::harness::display::XWindow;
use crate::harness::running::Running;
use crate::harness::sound::{RING, Speakers};
use crate::harness::{Desk, Person, Shown};
use crate::picture::Film;
use crate::relay::Relay;
use crate::report::{Measured, Round};
use crate::windows::Windows;

/// Who is rung: the profile and the user.
const CALLEE: &str = "bob";
/// The ring window's title.
const RING_WINDOW: &str = "Incoming call";
/// How long it rings: into the second chord, so that there is a sound that can stop.
const RINGS_FOR: Duration = Duration::from_millis(1_200);
/// How long it is silent between two rings: until the app has closed the device, as it does between calls.
const SILENCE: Duration = Duration::from_millis(1_000);

/// Everything around the app that is measured.
struct Stage {
    desk: Desk,
    speakers: Speakers,
    windows: Windows,
    relay: Relay,
    /// They take turns, so that each ring looks different from the one before.
    callers: [Person; 2],
    // Dropped last: the app, then its server.
    _app: Running,
    _server: RunningServer,
}

/// Rings the app so many times, and once before that is not counted.
pub(crate) async fn measure(rounds: usize) -> Measured {
    let stage = Stage::set_up().await;
    let mut measured = Measured {
        tape_delays: delay::of_the_tape(&stage.desk, &stage.speakers).await,
        ..Measured::default()
    };
    stage.warm_up().await;
    for number in 1..=rounds {
        eprint!("\r  ring {number} of {rounds}");
        let caller = &stage.callers[number % 2];
        measured.rounds.push(stage.round(caller).await);
    }
    eprintln!();
    measured
}

impl Stage {
    async fn set_up() -> Self {
        let desk = Desk::set_up("bench-ring").await;
        let speakers = Speakers::plug_in(&desk).await;
        let credentials = Credentials::random();
        let listen = ([127, 0, 0, 1], 0).into();
        let config = ServerConfig::new(listen, Data::Memory, credentials.clone());
        let server = Server::start(config).await.expect("the server starts");
        let relay = Relay::start(server.url()).await;
        let windows = Windows::watch();
        settle(&desk, &relay, &credentials);
        let mut news = relay.news();
        let app = start_app(&desk);
        news.login().await;
        XWindow::new(app.pid(), "Bellhop").is_shown().await;
        let callers = ["carol", "dave"].map(|user| Person::on(&server.url(), &credentials, user));
        Self {
            desk,
            speakers,
            windows,
            relay,
            callers,
            _app: app,
            _server: server,
        }
    }

    /// Rings once, until everything is there and gone again.
    async fn warm_up(&self) {
        let ring_window = XWindow::new(self._app.pid(), RING_WINDOW);
        let silent = self.speakers.recorded();
        let [caller, _] = &self.callers;
        let call = caller.calls(CALLEE, 30).await;
        ring_window.is_shown().await;
        self.notification(None).await;
        self.speakers.plays(RING, silent).await;
        caller.cancels(&call).await;
        ring_window.is_hidden().await;
        self.fall_silent(Instant::now()).await;
    }

    async fn round(&self, caller: &Person) -> Round {
        let (mut news, mut changes) = (self.relay.news(), self.windows.changes());
        let silent = self.speakers.recorded();

        let call = caller.calls(CALLEE, 30).await;
        let invited = news.event("newInvitationReceived", &call).await;
        let (shown, window) = changes.shows(RING_WINDOW).await;
        let film = Film::begin(window);
        let notification = self.notification(Some(invited)).await;
        let heard = self.speakers.plays(RING, silent).await;
        self.speakers.listens_on(heard, RINGS_FOR).await;

        let drawn = film.develop();

        caller.cancels(&call).await;
        let ended = news.event("invitationCancelled", &call).await;
        let hidden = changes.hides(RING_WINDOW).await;
        let withdrawn = self.withdrawn(&notification).await;
        let silent_after = self.fall_silent(ended).await;
        Round([
            self.speakers.after(invited, heard),
            shown.duration_since(invited),
            drawn.duration_since(invited),
            notification.asked.duration_since(invited),
            silent_after,
            withdrawn.duration_since(ended),
            hidden.duration_since(ended),
        ])
    }

    /// Waits for the notification of a ring that came after this moment.
    async fn notification(&self, after: Option<Instant>) -> Shown {
        let is_it = |shown: &Shown| {
            shown.category.as_deref() == Some("call.incoming") && Some(shown.asked) > after
        };
        self.desk.notifications.sees("a ring", is_it).await
    }

    /// Waits until a ring's notification is withdrawn, or another one is shown in its place.
    async fn withdrawn(&self, ring: &Shown) -> Instant {
        let is_over = |shown: &Shown| {
            shown.id == ring.id && (shown.gone.is_some() || shown.asked > ring.asked)
        };
        let over = self.desk.notifications.sees("the end", is_over).await;
        if over.asked > ring.asked {
            over.asked
        } else {
            over.gone.expect("it was just seen gone")
        }
    }

    async fn fall_silent(&self, ended: Instant) -> Duration {
        let silent_after = self.speakers.silent_after(ended).await;
        self.speakers
            .listens_on(self.speakers.recorded(), SILENCE)
            .await;
        silent_after
    }
}

/// Makes a profile whose server is behind the relay.
fn settle(desk: &Desk, relay: &Relay, credentials: &Credentials) {
    let user = CALLEE.parse().expect("a user ID");
    let hour = Duration::from_secs(3_600);
    let settings = json!({
        "userID": CALLEE,
        "remote": {
            "server": relay.url,
            "userSig": user_sig::sign(credentials, &user, wall_time(), hour),
        },
    });
    let folder = desk.data().join("bellhop").join(CALLEE);
    let written = std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::write(folder.join("settings.json"), settings.to_string()));
    written.expect("a temporary folder can be written to");
}

/// Starts the app as a person does, without WebDriver, which would have it draw differently.
fn start_app(desk: &Desk) -> Running {
    let mut command = Command::new(desk.program());
    command.args(["--profile", CALLEE]);
    desk.give_to(&mut command);
    Running::start(command, &desk.log(CALLEE))
}
