//! A world: phones, server processes, one ledger and a network, and the order in which things happen.
//!
//! Of all that could happen at a moment, what does is drawn from the seed; time passes when nothing
//! could.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use bellhop_engine::handset::{Effect, Input, Ring};
use bellhop_protocol::request::LoggedIn;
use bellhop_protocol::{Code, Party, Request, Timestamp, UserId, rpc};
use bellhop_server::ports::OpKey;
use bellhop_server::user_sig;
use serde_json::Value;

use crate::fabrics::Fabrics;
use crate::history::{GROUPS, PUSHES};
use crate::ledger::FaultyLedger;
use crate::network::{Frame, Happening, LinkId, Network};
use crate::oracle::Oracle;
use crate::phone::{App, Asked, Phone, keys, lasting};
use crate::plant::Plant;
use crate::process::{Process, credentials};
use crate::runtime::{Handle, Runtime};
use crate::verdict::Invariant;

/// When all worlds begin.
pub(crate) const BEGINNING: u64 = 1_800_000_000_000;
/// How many things may happen in one history.
const MAX_STEPS: u64 = 2_000_000;
/// How many tasks there may be.
const MAX_TASKS: usize = 1_000;

/// The users of worlds with groups; the first [`PAIRS`] of them in the others.
pub(crate) const USERS: [&str; 5] = ["ann", "bob", "cat", "dan", "eve"];
const PAIRS: usize = 3;

static SIGNATURES: LazyLock<BTreeMap<&'static str, String>> = LazyLock::new(|| {
    let now = Timestamp::from_millis(BEGINNING);
    let sign = |user: &str| {
        let id: UserId = user.parse().expect("a word is an id");
        user_sig::sign(&credentials(), &id, now, user_sig::DEFAULT_LIFETIME)
    };
    USERS.iter().map(|user| (*user, sign(user))).collect()
});

/// A world.
pub(crate) struct World {
    pub(crate) runtime: Runtime,
    pub(crate) handle: Handle,
    pub(crate) network: Network,
    pub(crate) oracle: Oracle,
    pub(crate) ledger: FaultyLedger,
    pub(crate) fabrics: Arc<Fabrics>,
    pub(crate) processes: Vec<Process>,
    pub(crate) phones: Vec<Phone>,
    /// How many users there are.
    pub(crate) users: usize,
    /// Whether there is offline push.
    pub(crate) has_pushes: bool,
    /// Since when servers and ledger have done what they should, but for troubles that go on.
    pub(crate) well_since: u64,
    pub(crate) is_in_trouble: bool,
    /// The first result of each request.
    results: BTreeMap<String, Value>,
    pub(crate) plant: Option<Plant>,
    pub(crate) named: u64,
    attempts: u64,
    pub(crate) steps: u64,
}

impl World {
    /// A world of this seed, everything running and everybody connecting.
    pub(crate) fn new(seed: u64, plant: Option<Plant>) -> Self {
        let runtime = Runtime::new(BEGINNING, seed);
        let handle = runtime.handle();
        let oracle = Oracle::default();
        let count = |low, high| handle.draw(|chance| chance.between(low, high));
        let processes = usize::try_from(count(1, 2)).expect("it is small");
        let fabrics = Arc::new(Fabrics::new(processes, handle.clone(), plant));
        let ledger = FaultyLedger::new(Arc::clone(&fabrics), handle.clone(), oracle.clone(), plant);
        let latency = handle.draw(|chance| *chance.pick(&[1, 20, 200]));
        let mut world = Self {
            network: Network::new(handle.clone(), latency),
            processes: (0..processes).map(Process::down).collect(),
            phones: Vec::new(),
            users: if seed < GROUPS { PAIRS } else { USERS.len() },
            has_pushes: seed >= PUSHES,
            well_since: BEGINNING,
            is_in_trouble: false,
            runtime,
            handle,
            oracle,
            ledger,
            fabrics,
            results: BTreeMap::new(),
            plant,
            named: 0,
            attempts: 0,
            steps: 0,
        };
        for place in 0..processes {
            world.start(place);
        }
        for user in &USERS[..world.users] {
            for number in 1..=world.handle.draw(|chance| chance.between(1, 2)) {
                world.add_phone(user, &format!("{user}{number}"), "linux");
            }
        }
        if world.has_pushes {
            for user in &USERS[..world.users] {
                world.add_phone(user, &format!("{user}-push"), "push");
            }
        }
        world
    }

    fn add_phone(&mut self, user: &str, device: &str, platform: &str) {
        let me = Party {
            user: user.parse().expect("a word is an id"),
            device: device.parse().expect("a word is an id"),
            platform: platform.parse().expect("a word is an id"),
        };
        let skew = self.handle.draw(|chance| chance.below(10_000_000));
        self.phones
            .push(Phone::new(me, Duration::from_millis(skew)));
        self.switch_on(self.phones.len() - 1);
    }

    /// How many phones people hold; the push channels come after them.
    pub(crate) fn in_hand(&self) -> usize {
        let held = self.phones.iter().filter(|it| !it.is_push_channel());
        held.count()
    }

    pub(crate) fn start(&mut self, place: usize) {
        let process = &mut self.processes[place];
        if !process.is_running() {
            process.start(&self.ledger, &self.fabrics, &self.handle, self.plant);
        }
    }

    /// Lets everything happen that happens before `until`; not to the end when something must not be.
    pub(crate) fn run_until(&mut self, until: u64) {
        while self.oracle.breach().is_none() && self.step(until) {
            self.steps += 1;
            if self.steps >= MAX_STEPS || self.runtime.len() > MAX_TASKS {
                let (steps, tasks) = (self.steps, self.runtime.len());
                self.oracle.blame(Invariant::Bounded, || {
                    format!("{steps} steps, {tasks} tasks: it does not come to rest")
                });
            }
        }
    }

    /// One thing that can happen now; else time passes. False when `until` is reached.
    fn step(&mut self, until: u64) -> bool {
        let now = self.handle.now();
        let ready = self.runtime.ready();
        let happens = usize::from(self.network.next().is_some_and(|at| at <= now));
        let due = self
            .phones
            .iter()
            .position(|phone| phone.next_deadline().is_some_and(|at| at <= now));
        let all = ready + happens + usize::from(due.is_some());
        if all == 0 {
            return self.pass_time(until);
        }
        let drawn = self.handle.draw(|chance| chance.below(all as u64));
        let place = usize::try_from(drawn).expect("it is below a length");
        if place < ready {
            self.runtime.run(place);
        } else if place < ready + happens {
            if let Some(what) = self.network.take_due() {
                self.happen(what);
            }
        } else if let Some(phone) = due {
            self.feed(phone, Input::Tick);
        }
        true
    }

    fn pass_time(&mut self, until: u64) -> bool {
        let phones = self.phones.iter().filter_map(Phone::next_deadline).min();
        let next = [self.runtime.next_alarm(), self.network.next(), phones];
        match next.into_iter().flatten().min().filter(|at| *at <= until) {
            Some(at) => {
                self.runtime.pass_time(at);
                true
            }
            None => {
                self.runtime.pass_time(until);
                false
            }
        }
    }

    fn happen(&mut self, what: Happening) {
        match what {
            Happening::Up(link) => {
                if let Some((phone, process, text)) = self.network.deliver_up(link) {
                    self.overhear(link, phone, process, &text);
                }
            }
            Happening::Down(link) => {
                let phone = self.network.phone_of(link);
                let until = phone.and_then(|phone| self.phones[phone].suspended_until);
                if let Some(until) = until {
                    let after = until.saturating_sub(self.handle.now()) + 1;
                    self.network.note(after, Happening::Down(link));
                } else if let Some((phone, frame)) = self.network.deliver_down(link) {
                    self.receive(phone, frame);
                }
            }
            Happening::LostByPhone(link) => {
                if let Some(phone) = self.network.phone_of(link) {
                    self.lose(phone, None);
                }
            }
            Happening::LostByServer(link) => self.network.end_for_server(link),
            Happening::Dialled {
                phone,
                attempt,
                process,
            } => self.dialled(phone, attempt, process),
            Happening::Wakes(phone) => {
                if self.phones[phone].suspended_until.take().is_some() {
                    self.feed(phone, Input::Resumed);
                }
            }
            Happening::Gone(place) => self.kill(place),
            Happening::Starts(place) => self.start(place),
        }
    }

    /// A process is no more; its connections break.
    pub(crate) fn kill(&mut self, place: usize) {
        let owner = self.processes[place].owner();
        self.processes[place].stop(&self.fabrics);
        self.runtime.kill(owner);
        for link in self.network.links_to(place) {
            let noticed = self.notice();
            self.network.cut(link, [Some(noticed), None]);
        }
    }

    /// After how long somebody notices that a connection is cut.
    pub(crate) fn notice(&self) -> u64 {
        self.handle.draw(|chance| match chance.below(3) {
            0 | 1 => chance.between(0, 200),
            _ => chance.between(200, 45_000),
        })
    }

    /// A request reaches a server.
    fn overhear(&mut self, link: LinkId, phone: usize, process: usize, text: &str) {
        let Ok(call) = rpc::decode_call(text) else {
            return;
        };
        let Ok(request) = Request::parse(&call.method, call.params) else {
            return;
        };
        if let Request::Login(login) = &request {
            self.fabrics.expel(process, &login.user, &login.device);
        }
        let now = self.handle.now();
        for key in keys(&self.phones[phone].me.user, &request) {
            self.oracle.truth().heard(key.clone(), now);
            let Phone { app, unheard, .. } = &mut self.phones[phone];
            match app.as_mut().filter(|app| app.link == Some(link)) {
                Some(app) => app.heard.insert(key),
                None => unheard.insert(key),
            };
        }
    }

    // ---- phones ----

    pub(crate) fn switch_on(&mut self, phone: usize) {
        let seed = self.handle.draw(|chance| chance.number());
        let user = self.phones[phone].me.user.clone();
        self.attempts += 1;
        let signature = SIGNATURES[user.as_str()].clone();
        self.phones[phone].switch_on(signature, seed, self.attempts);
        self.feed(phone, Input::Start);
    }

    /// The app dies, and its connection with it.
    pub(crate) fn switch_off(&mut self, phone: usize) {
        let noticed = self
            .handle
            .draw(|chance| chance.strikes(700))
            .then(|| self.notice());
        if let Some(app) = self.phones[phone].app.take() {
            self.phones[phone].unheard.extend(app.heard);
            if let Some(link) = app.link {
                self.network.cut(link, [None, noticed]);
                self.network.leave(link);
            }
        }
        self.phones[phone].suspended_until = None;
    }

    /// Something happens to a phone's handset.
    pub(crate) fn feed(&mut self, phone: usize, input: Input) {
        let now = self.handle.now();
        let clock = self.phones[phone].clock(now);
        if self.phones[phone].app.is_none() {
            return;
        }
        self.oracle.truth().write(now, || {
            let device = &self.phones[phone].me.device;
            format!("{device} < {}", brief(&input))
        });
        let Some(app) = &mut self.phones[phone].app else {
            return;
        };
        let effects = app.handset.handle(clock, input);
        for effect in effects {
            self.oracle.truth().write(now, || {
                let device = &self.phones[phone].me.device;
                format!("{device}   > {}", brief(&effect))
            });
            self.carry_out(phone, effect);
        }
        self.check_rings(phone, clock);
    }

    fn check_rings(&mut self, phone: usize, clock: Timestamp) {
        let Phone { me, app, .. } = &self.phones[phone];
        let Some(app) = app.as_ref().filter(|_| !me.platform.is_push()) else {
            return;
        };
        let mut truth = self.oracle.truth();
        for entry in app.handset.live() {
            app.told.check_ring(&mut truth, me, entry);
            let is_over = entry.deadline.is_some_and(|at| at <= clock);
            if is_over && entry.ring == Ring::Sounds {
                truth.blame(Invariant::SilentAfterEnd, || {
                    format!(
                        "{} rings past its deadline at {me:?}",
                        entry.invitation.invite_id
                    )
                });
            }
        }
    }

    fn carry_out(&mut self, phone: usize, effect: Effect) {
        let is_push_channel = self.phones[phone].is_push_channel();
        let Some(app) = &mut self.phones[phone].app else {
            return;
        };
        match effect {
            Effect::Connect => {
                self.attempts += 1;
                app.attempt = self.attempts;
                let count = self.processes.len() as u64;
                let process = self.handle.draw(|chance| chance.below(count));
                let dialled = Happening::Dialled {
                    phone,
                    attempt: self.attempts,
                    process: usize::try_from(process).expect("it is small"),
                };
                self.network.note(self.network.travel() * 2, dialled);
            }
            Effect::Send(text) => {
                if let Some(link) = app.link {
                    self.network.send(link, Frame::Text(text));
                }
            }
            Effect::Disconnect => {
                self.attempts += 1;
                app.attempt = self.attempts;
                if let Some(link) = app.link.take() {
                    self.network.leave(link);
                }
            }
            Effect::RenewSignature => self.oracle.blame(Invariant::Agreement, || {
                format!("the signature of phone {phone} is said to be bad")
            }),
            Effect::Tell(event) if is_push_channel => {
                self.tell_push_channel(phone, &event);
            }
            Effect::Tell(event) => {
                let Phone { me, app, .. } = &mut self.phones[phone];
                if let Some(app) = app {
                    app.told.hear(&mut self.oracle.truth(), me, &event);
                }
            }
            Effect::Done { ticket, outcome } => {
                let Some(asked) = app.asked.remove(&ticket) else {
                    self.oracle.blame(Invariant::OneEffect, || {
                        format!("phone {phone} was answered {ticket:?} twice")
                    });
                    return;
                };
                if let Request::GetInvitation(by) = &asked.request
                    && is_push_channel
                {
                    self.hear_how_it_stands(phone, &by.invite_id, outcome.as_ref());
                }
                self.answered(phone, &asked, outcome);
            }
        }
    }

    /// The app is told what became of its request.
    fn answered(
        &mut self,
        phone: usize,
        Asked { request, was_done }: &Asked,
        outcome: Result<Value, bellhop_protocol::Failure>,
    ) {
        let Phone { me, app, .. } = &mut self.phones[phone];
        let keys = keys(&me.user, request);
        let mut truth = self.oracle.truth();
        let is_done = keys.iter().any(|key| truth.is_done(key));
        match outcome {
            Ok(result) => {
                if !keys.is_empty() && !is_done && !may_change_nothing(request) {
                    truth.blame(Invariant::Acknowledged, || {
                        format!("{me:?} was told that {request:?} is done; nothing was written")
                    });
                }
                if let Some(app) = app {
                    app.told.done(&mut truth, me, request);
                }
                if let Some(key) = keys.first() {
                    let name = format!("{} {}", key.user, key.name);
                    let result = lasting(result);
                    let before = self.results.entry(name).or_insert_with(|| result.clone());
                    if *before != result {
                        truth.blame(Invariant::OneEffect, || {
                            format!("{request:?} was told {before}, then {result}")
                        });
                    }
                }
            }
            // Refused before it was done by the same request asked once more; or it is not said.
            Err(failure) if is_vague(failure.code) => {}
            // Refused before a repetition of it was done: a refusal is decided anew (SIGNALING §4).
            Err(_)
                if is_done
                    && !was_done
                    && app.as_ref().is_some_and(|it| is_repeated(it, &keys)) => {}
            Err(failure) if is_done => truth.blame(Invariant::OneEffect, || {
                format!("{me:?} was refused {request:?}, which is done: {failure:?}")
            }),
            Err(_) => {}
        }
    }

    fn receive(&mut self, phone: usize, frame: Frame) {
        let link = self.phones[phone].app.as_ref().and_then(|app| app.link);
        match frame {
            Frame::Ping => {
                if let Some(link) = link {
                    self.network.send(link, Frame::Pong);
                }
            }
            Frame::Pong => {}
            Frame::Close(code) => self.lose(phone, code),
            Frame::Text(text) => match rpc::decode_incoming(&text) {
                Ok(incoming) => {
                    self.look_on(phone, &incoming);
                    self.feed(phone, Input::Received(incoming));
                }
                Err(error) => self.oracle.blame(Invariant::Agreement, || {
                    format!("unreadable: {error}: {text}")
                }),
            },
        }
    }

    fn look_on(&mut self, phone: usize, incoming: &rpc::Incoming) {
        let Phone { me, app, .. } = &mut self.phones[phone];
        let Some(app) = app else {
            return;
        };
        let mut truth = self.oracle.truth();
        match incoming {
            rpc::Incoming::Event(event) => app.stream.hear(&mut truth, me, event),
            rpc::Incoming::Reply(_, Ok(result)) if result.get("serverTimeMs").is_some() => {
                if let Ok(snapshot) = serde_json::from_value::<LoggedIn>(result.clone()) {
                    let shown = snapshot.invitations.iter().chain(&snapshot.ended);
                    shown.for_each(|it| app.stream.shown(&mut truth, me, it));
                }
            }
            rpc::Incoming::Reply(..) => {}
            rpc::Incoming::Unknown(name) => truth.blame(Invariant::Agreement, || {
                format!("{me:?} does not know {name}")
            }),
        }
    }

    /// A phone's connection is gone, and it knows.
    pub(crate) fn lose(&mut self, phone: usize, code: Option<u16>) {
        let app = self.phones[phone].app.as_mut();
        if let Some(link) = app.and_then(|app| app.link.take()) {
            self.network.leave(link);
            let cause = "it broke".to_owned();
            self.feed(phone, Input::ConnectionLost { code, cause });
        }
    }

    fn dialled(&mut self, phone: usize, attempt: u64, process: usize) {
        let is_wanted = |app: &App| app.attempt == attempt && app.link.is_none();
        if !self.phones[phone].app.as_ref().is_some_and(is_wanted) {
            return;
        }
        let asleep = self.phones[phone].suspended_until;
        if let Some(until) = asleep.or(self.network.stalled_until(phone)) {
            let after = until.saturating_sub(self.handle.now()) + 1;
            let again = Happening::Dialled {
                phone,
                attempt,
                process,
            };
            return self.network.note(after, again);
        }
        if !self.processes[process].listens() {
            let cause = "refused".to_owned();
            return self.feed(phone, Input::ConnectionLost { code: None, cause });
        }
        let (link, end) = self.network.open(phone, process);
        if let Some(app) = &mut self.phones[phone].app {
            app.link = Some(link);
            app.stream = crate::told::Stream::default();
        }
        self.processes[process].serve(&self.handle, end);
        self.feed(phone, Input::Connected);
    }
}

/// The beginning of what would be a long story.
fn brief(what: &impl std::fmt::Debug) -> String {
    format!("{what:?}").chars().take(400).collect()
}

/// Whether the app asked this more than once.
fn is_repeated(app: &App, keys: &[OpKey]) -> bool {
    keys.iter().any(|key| app.repeated.contains(key))
}

/// Whether a success need not have changed anything: who is a member already becomes one again, and
/// who is blocked is blocked.
fn may_change_nothing(request: &Request) -> bool {
    matches!(request, Request::JoinGroup(_) | Request::AddGroupMember(_))
}

/// Whether a failure leaves open what became of the request.
fn is_vague(code: Code) -> bool {
    matches!(
        code,
        Code::TimedOut
            | Code::Disconnected
            | Code::NoNetwork
            | Code::NotLoggedIn
            | Code::Kicked
            | Code::NoSuchUser
    )
}
