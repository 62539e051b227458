//! The network between phones and servers: connections that keep their order, are slow, stall, and are
//! cut at any point in either direction.
//!
//! Owns what is under way and when it arrives; knows nothing of what is said.

use std::collections::{BTreeMap, VecDeque};
use std::future::{Future, poll_fn};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Poll, Waker};

use bellhop_server::{Ending, Heard, Wire};

use crate::runtime::Handle;

/// How many frames a connection takes in one direction before its writer has to wait.
const IN_FLIGHT: usize = 64;

/// A connection, counted from the beginning of the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LinkId(u64);

/// What is under way on a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Frame {
    Text(String),
    Ping,
    Pong,
    /// The end of this direction, with the close code if there is one.
    Close(Option<u16>),
}

/// What happens at its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Happening {
    /// The oldest frame of a connection reaches its server.
    Up(LinkId),
    /// The oldest frame of a connection reaches its phone.
    Down(LinkId),
    /// A phone notices that its connection is cut.
    LostByPhone(LinkId),
    /// A server notices that a connection is cut.
    LostByServer(LinkId),
    /// A phone's attempt to connect gets through, or is refused.
    Dialled {
        phone: usize,
        attempt: u64,
        process: usize,
    },
    /// A suspended phone wakes.
    Wakes(usize),
    /// A server process that goes down in good order is gone.
    Gone(usize),
    /// A server process starts.
    Starts(usize),
}

struct Link {
    phone: usize,
    process: usize,
    up: VecDeque<Frame>,
    down: VecDeque<Frame>,
    inbox: VecDeque<Heard>,
    hearer: Option<Waker>,
    sayer: Option<Waker>,
    is_cut: bool,
    has_phone: bool,
    has_server: bool,
}

struct State {
    links: BTreeMap<LinkId, Link>,
    last: u64,
    agenda: BTreeMap<(u64, u64), Happening>,
    noted: u64,
    stalled: BTreeMap<usize, u64>,
    /// The longest that a frame takes.
    latency: u64,
}

/// All connections of a world.
#[derive(Clone)]
pub(crate) struct Network {
    handle: Handle,
    state: Arc<Mutex<State>>,
}

impl Network {
    pub(crate) fn new(handle: Handle, latency: u64) -> Self {
        let state = State {
            links: BTreeMap::new(),
            last: 0,
            agenda: BTreeMap::new(),
            noted: 0,
            stalled: BTreeMap::new(),
            latency,
        };
        Self {
            handle,
            state: Arc::new(Mutex::new(state)),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state
            .lock()
            .expect("nothing panics while it holds the network")
    }

    // ---- what happens when ----

    /// Something happens so many milliseconds from here.
    pub(crate) fn note(&self, after: u64, what: Happening) {
        let at = self.handle.now() + after;
        self.state().note(at, what);
    }

    /// When the next thing happens.
    pub(crate) fn next(&self) -> Option<u64> {
        self.state().agenda.keys().next().map(|(at, _)| *at)
    }

    /// The next thing, if its time has come.
    pub(crate) fn take_due(&self) -> Option<Happening> {
        let now = self.handle.now();
        let mut state = self.state();
        let first = state.agenda.first_entry()?;
        (first.key().0 <= now).then(|| first.remove())
    }

    /// How long a frame takes just now.
    pub(crate) fn travel(&self) -> u64 {
        let latency = self.state().latency;
        self.handle.draw(|chance| chance.between(0, latency))
    }

    /// Nothing of this phone's arrives before then, in either direction.
    pub(crate) fn stall(&self, phone: usize, ms: u64) {
        let until = self.handle.now() + ms;
        let mut state = self.state();
        let stalled = state.stalled.entry(phone).or_default();
        *stalled = until.max(*stalled);
    }

    /// Until when the phone is stalled, if it is.
    pub(crate) fn stalled_until(&self, phone: usize) -> Option<u64> {
        let now = self.handle.now();
        let until = self.state().stalled.get(&phone).copied()?;
        (until > now).then_some(until)
    }

    /// Everything arrives again.
    pub(crate) fn heal(&self) {
        let mut state = self.state();
        let stalled = std::mem::take(&mut state.stalled);
        let now = self.handle.now();
        let State { links, agenda, .. } = &mut *state;
        let (early, rest): (Vec<_>, Vec<_>) =
            std::mem::take(agenda)
                .into_iter()
                .partition(|((at, _), what)| {
                    let link = match what {
                        Happening::Up(link) | Happening::Down(link) => links.get(link),
                        Happening::LostByPhone(_) | Happening::LostByServer(_) => return true,
                        Happening::Dialled { .. }
                        | Happening::Wakes(_)
                        | Happening::Gone(_)
                        | Happening::Starts(_) => None,
                    };
                    let stall = link.and_then(|link| stalled.get(&link.phone));
                    stall.is_some_and(|until| at >= until)
                });
        agenda.extend(rest);
        for (_, what) in early {
            state.note(now, what);
        }
    }

    // ---- connections ----

    /// A connection between a phone and a server, and the server's end of it.
    pub(crate) fn open(&self, phone: usize, process: usize) -> (LinkId, ServerEnd) {
        let mut state = self.state();
        state.last += 1;
        let id = LinkId(state.last);
        let link = Link {
            phone,
            process,
            up: VecDeque::new(),
            down: VecDeque::new(),
            inbox: VecDeque::new(),
            hearer: None,
            sayer: None,
            is_cut: false,
            has_phone: true,
            has_server: true,
        };
        state.links.insert(id, link);
        drop(state);
        let end = ServerEnd {
            network: self.clone(),
            link: id,
        };
        (id, end)
    }

    /// The phone sends a frame.
    pub(crate) fn send(&self, id: LinkId, frame: Frame) {
        let after = self.travel();
        let mut state = self.state();
        let at = self.handle.now() + after;
        let Some(link) = state.links.get_mut(&id).filter(|link| !link.is_cut) else {
            return;
        };
        link.up.push_back(frame);
        state.note(at, Happening::Up(id));
    }

    /// The phone wants no more of the connection: what is under way to it is thrown away.
    pub(crate) fn leave(&self, id: LinkId) {
        self.send(id, Frame::Close(None));
        let mut state = self.state();
        let Some(link) = state.links.get_mut(&id) else {
            return;
        };
        link.has_phone = false;
        link.down.clear();
        let sayer = link.sayer.take();
        state.tidy(id);
        drop(state);
        sayer.into_iter().for_each(Waker::wake);
    }

    /// Cuts the connection: of what is under way, so many frames still arrive. Each side notices when
    /// its time has come, or never.
    pub(crate) fn cut(&self, id: LinkId, noticed: [Option<u64>; 2]) {
        let kept: [u64; 2] = self
            .handle
            .draw(|chance| [chance.below(4), chance.below(4)]);
        let [up, down] = kept.map(|n| usize::try_from(n).expect("it is small"));
        let now = self.handle.now();
        let mut state = self.state();
        let Some(link) = state.links.get_mut(&id).filter(|link| !link.is_cut) else {
            return;
        };
        link.is_cut = true;
        link.up.truncate(up);
        link.down.truncate(down);
        let sayer = link.sayer.take();
        let [phone, server] = noticed;
        if let Some(after) = phone {
            state.note(now + after, Happening::LostByPhone(id));
        }
        if let Some(after) = server {
            state.note(now + after, Happening::LostByServer(id));
        }
        drop(state);
        sayer.into_iter().for_each(Waker::wake);
    }

    /// The server notices that the connection is cut.
    pub(crate) fn end_for_server(&self, id: LinkId) {
        self.arrive(id, Heard::End(Ending::Gone));
    }

    /// The phone of a connection, while it holds on to it.
    pub(crate) fn phone_of(&self, id: LinkId) -> Option<usize> {
        let state = self.state();
        let link = state.links.get(&id)?;
        link.has_phone.then_some(link.phone)
    }

    /// The connections of a server process.
    pub(crate) fn links_to(&self, process: usize) -> Vec<LinkId> {
        let state = self.state();
        let here = state.links.iter().filter(|(_, it)| it.process == process);
        here.map(|(id, _)| *id).collect()
    }

    /// Whether the connection can carry anything.
    pub(crate) fn is_whole(&self, id: LinkId) -> bool {
        let state = self.state();
        let link = state.links.get(&id);
        link.is_some_and(|link| !link.is_cut && link.has_server && link.has_phone)
    }

    /// A frame reaches the server: its text, for whoever looks on.
    pub(crate) fn deliver_up(&self, id: LinkId) -> Option<(usize, usize, String)> {
        let mut state = self.state();
        if state.wait_out(id, Happening::Up(id), self.handle.now()) {
            return None;
        }
        let link = state.links.get_mut(&id)?;
        let frame = link.up.pop_front()?;
        let (phone, process) = (link.phone, link.process);
        drop(state);
        match frame {
            Frame::Text(text) => {
                self.arrive(id, Heard::Text(text.clone()));
                return Some((phone, process, text));
            }
            Frame::Ping | Frame::Pong => self.arrive(id, Heard::Sign),
            Frame::Close(_) => self.arrive(id, Heard::End(Ending::Gone)),
        }
        None
    }

    /// A frame reaches the phone.
    pub(crate) fn deliver_down(&self, id: LinkId) -> Option<(usize, Frame)> {
        let mut state = self.state();
        if state.wait_out(id, Happening::Down(id), self.handle.now()) {
            return None;
        }
        let link = state.links.get_mut(&id)?;
        let frame = link.down.pop_front()?;
        let phone = link.phone;
        let sayer = link.sayer.take();
        drop(state);
        sayer.into_iter().for_each(Waker::wake);
        Some((phone, frame))
    }

    fn arrive(&self, id: LinkId, heard: Heard) {
        let mut state = self.state();
        let Some(link) = state.links.get_mut(&id).filter(|link| link.has_server) else {
            return;
        };
        link.inbox.push_back(heard);
        let hearer = link.hearer.take();
        drop(state);
        hearer.into_iter().for_each(Waker::wake);
    }
}

impl State {
    fn note(&mut self, at: u64, what: Happening) {
        self.noted += 1;
        self.agenda.insert((at, self.noted), what);
    }

    /// Puts off what cannot arrive because its phone is stalled.
    fn wait_out(&mut self, id: LinkId, what: Happening, now: u64) -> bool {
        let phone = self.links.get(&id).map(|link| link.phone);
        let until = phone.and_then(|phone| self.stalled.get(&phone).copied());
        match until.filter(|until| *until > now) {
            Some(until) => {
                self.note(until, what);
                true
            }
            None => false,
        }
    }

    /// Forgets a connection that nobody holds on to.
    fn tidy(&mut self, id: LinkId) {
        let link = self.links.get(&id);
        if link.is_some_and(|link| !link.has_phone && !link.has_server) {
            self.links.remove(&id);
        }
    }
}

/// The server's end of a connection.
pub(crate) struct ServerEnd {
    network: Network,
    link: LinkId,
}

impl ServerEnd {
    fn put(&self, frame: Frame) -> impl Future<Output = Result<(), Ending>> + Send {
        let network = self.network.clone();
        let id = self.link;
        let mut frame = Some(frame);
        poll_fn(move |context| {
            let at = network.handle.now() + network.travel();
            let mut state = network.state();
            let Some(link) = state.links.get_mut(&id) else {
                return Poll::Ready(Err(Ending::Gone));
            };
            if link.is_cut || !link.has_phone {
                // The system takes it; it goes nowhere.
                return Poll::Ready(Ok(()));
            }
            if link.down.len() >= IN_FLIGHT {
                link.sayer = Some(context.waker().clone());
                return Poll::Pending;
            }
            link.down.extend(frame.take());
            state.note(at, Happening::Down(id));
            Poll::Ready(Ok(()))
        })
    }
}

impl Wire for ServerEnd {
    fn hear(&mut self) -> impl Future<Output = Heard> + Send {
        let network = self.network.clone();
        let id = self.link;
        poll_fn(move |context| {
            let mut state = network.state();
            let Some(link) = state.links.get_mut(&id) else {
                return Poll::Ready(Heard::End(Ending::Gone));
            };
            match link.inbox.pop_front() {
                Some(heard) => Poll::Ready(heard),
                None => {
                    link.hearer = Some(context.waker().clone());
                    Poll::Pending
                }
            }
        })
    }

    fn say(&mut self, frame: String) -> impl Future<Output = Result<(), Ending>> + Send {
        self.put(Frame::Text(frame))
    }

    fn ping(&mut self) -> impl Future<Output = Result<(), Ending>> + Send {
        self.put(Frame::Ping)
    }

    async fn close(self, ending: Ending) {
        let code = ending.close_frame().map(|(code, _)| code);
        let farewell = self.put(Frame::Close(code)).await;
        // Whether it could be said or not, the connection is dropped next.
        debug_assert!(farewell.is_ok() || farewell == Err(Ending::Gone));
    }
}

impl Drop for ServerEnd {
    fn drop(&mut self) {
        let mut state = self.network.state();
        if let Some(link) = state.links.get_mut(&self.link) {
            link.has_server = false;
            let wakers = [link.hearer.take(), link.sayer.take()];
            state.tidy(self.link);
            drop(state);
            drop(wakers);
        }
    }
}
