//! What can happen next in the small world.

use super::Fault;
use super::cast::{Ask, Device};
use super::device::{Heard, Item, Truth, asks_of, wrong};
use super::rules::{Answer, Change, Number, Rules};
use super::world::{Line, Queue, State, Task, Worker, bit};
use crate::verdict::{Breach, Invariant};

/// One thing that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    DeadlinePasses,
    /// The watched device asks, or asks again.
    Asks(Ask),
    Begins(Ask),
    /// The server process of that place goes on.
    GoesOn(usize),
    Publishes,
    PublishesTheLast,
    Delivers,
    Attaches,
    ReadsSnapshot,
    /// The watched device asks how all stands.
    Inquires,
    IsCut,
    Crashes,
}

/// The small world as one device of it sees it.
pub(super) struct Small<'a> {
    pub(super) rules: &'a mut Rules,
    pub(super) watched: Device,
    /// All that is asked.
    pub(super) asks: Vec<Ask>,
    /// How many server processes there are.
    pub(super) processes: usize,
    pub(super) fault: Option<Fault>,
}

impl Small<'_> {
    /// Everything that can happen, and what is then.
    pub(super) fn next(&mut self, state: &State) -> Result<Vec<(Step, State)>, (Step, Breach)> {
        let mut next = Vec::new();
        for step in self.possible(state) {
            let mut after = *state;
            self.take(step, &mut after).map_err(|it| (step, it))?;
            after.workers.sort_unstable();
            if after != *state {
                next.push((step, after));
            }
        }
        Ok(next)
    }

    fn possible(&self, state: &State) -> Vec<Step> {
        let mut steps = Vec::with_capacity(40);
        let mut may = |is_possible: bool, step: Step| steps.extend(is_possible.then_some(step));
        let own = asks_of(self.watched);
        let is_online = state.line == Line::Online;
        may(!state.late && state.invitation != 0, Step::DeadlinePasses);
        for ask in &own {
            let is_asked = state.asked & bit(*ask) != 0;
            let makes_sense = state.knows.has_reason(*ask);
            may(is_online && !is_asked && makes_sense, Step::Asks(*ask));
        }
        let busy = state.workers.iter().filter(|it| **it != Worker::Idle);
        let is_idle = busy.count() < self.processes;
        for ask in &self.asks {
            let ask = *ask;
            let is_there = !own.contains(&ask) || state.asked & bit(ask) != 0;
            may(is_idle && is_there, Step::Begins(ask));
        }
        for (place, worker) in state.workers.iter().enumerate() {
            may(*worker != Worker::Idle, Step::GoesOn(place));
        }
        let is_disordered = self.fault == Some(Fault::PublishesOutOfOrder);
        may(!state.unpublished.is_empty(), Step::Publishes);
        may(
            is_disordered && !state.unpublished.is_empty(),
            Step::PublishesTheLast,
        );
        may(is_online && !state.wire.is_empty(), Step::Delivers);
        may(state.line == Line::Off, Step::Attaches);
        let is_overdue = self.rules.is_overdue(state.invitation, state.late);
        let has_read = self.fault == Some(Fault::ReadsBeforeAttaching);
        may(
            state.line == Line::Attached && (has_read || !is_overdue),
            Step::ReadsSnapshot,
        );
        may(is_online && state.is_unsure && !is_overdue, Step::Inquires);
        may(state.line != Line::Off, Step::IsCut);
        may(true, Step::Crashes);
        steps
    }

    fn take(&mut self, step: Step, state: &mut State) -> Result<(), Breach> {
        match step {
            Step::DeadlinePasses => state.late = true,
            Step::Asks(ask) => {
                state.asked |= bit(ask);
                state.knows.placed |= ask == Ask::Invite;
            }
            Step::Begins(ask) => self.begin(ask, state),
            Step::GoesOn(place) => return self.go_on(place, state),
            Step::Publishes => {
                let item = state.unpublished.take();
                self.publish(item, state);
            }
            Step::PublishesTheLast => {
                let item = state.unpublished.take_last();
                self.publish(item, state);
            }
            Step::Delivers => return self.deliver(state),
            Step::Attaches => {
                state.line = Line::Attached;
                if self.fault == Some(Fault::ReadsBeforeAttaching) {
                    read(state, self.rules);
                }
            }
            Step::ReadsSnapshot => {
                if self.fault == Some(Fault::ReadsBeforeAttaching) {
                    state.line = Line::Online;
                } else {
                    self.read_snapshot(state);
                }
            }
            Step::Inquires => {
                state.is_unsure = false;
                let snapshot = Item::Snapshot(state.invitation, state.call, state.late);
                state.unpublished.push(snapshot);
            }
            Step::IsCut => cut(state),
            Step::Crashes => {
                state.workers = Default::default();
                state.unpublished = Queue::default();
                cut(state);
            }
        }
        Ok(())
    }

    // ---- the server ----

    fn remembers(&self, ask: Ask, state: &State) -> bool {
        self.fault != Some(Fault::ForgetsRequests) && ask.has_name() && state.done & bit(ask) != 0
    }

    fn begin(&self, ask: Ask, state: &mut State) {
        // One copy at most comes on the connection that is there; others came on earlier ones.
        let is_own = asks_of(self.watched).contains(&ask);
        let is_heard = is_own && state.line == Line::Online && !is_being_answered(ask, state);
        let late = state.late || (ask == Ask::TimeOut && self.fault == Some(Fault::TimesOutEarly));
        let task = Task {
            ask,
            late,
            is_heard,
        };
        if self.remembers(ask, state) {
            return reply(&task, true, state);
        }
        let idle = state.workers.iter_mut().find(|it| **it == Worker::Idle);
        *idle.expect("one is idle") = Worker::Began(task);
    }

    fn go_on(&mut self, place: usize, state: &mut State) -> Result<(), Breach> {
        let worker = state.workers[place];
        state.workers[place] = match worker {
            Worker::Idle => return Ok(()),
            Worker::Began(task) if task.ask.reads_the_call() => {
                Worker::Loaded(task, state.invitation)
            }
            Worker::Began(task) => return self.decide(place, task, state.invitation, state),
            Worker::Loaded(task, seen) => return self.decide(place, task, seen, state),
            Worker::Decided(task, seen, call) => {
                return self.commit(place, task, seen, call, state);
            }
        };
        Ok(())
    }

    /// Decides on what was loaded; the call as it is now.
    fn decide(
        &mut self,
        place: usize,
        task: Task,
        seen: Number,
        state: &mut State,
    ) -> Result<(), Breach> {
        let answer = self.ask(&task, seen, state.call)?;
        state.workers[place] = Worker::Idle;
        match &*answer {
            // What it is refused for may be its own doing: it is looked for once more.
            Answer::Refused => {
                let is_done = task.ask.has_name() && state.done & bit(task.ask) != 0;
                if is_done && !self.remembers(task.ask, state) {
                    let what = format!("{:?} was refused, and is done", task.ask);
                    return Err(wrong(Invariant::OneEffect, what));
                }
                reply(&task, is_done, state);
            }
            Answer::Unchanged => reply(&task, true, state),
            Answer::Changes(change) => {
                state.workers[place] = Worker::Decided(task, seen, state.call);
                if self.fault == Some(Fault::PublishesBeforeCommit) {
                    self.tell(change, state);
                }
                if self.fault == Some(Fault::AcknowledgesBeforeItCommits) {
                    reply(&task, true, state);
                }
            }
        }
        Ok(())
    }

    fn ask(
        &mut self,
        task: &Task,
        seen: Number,
        call: Number,
    ) -> Result<std::rc::Rc<Answer>, Breach> {
        let is_early = self.fault == Some(Fault::TimeNotFirst) && task.ask != Ask::TimeOut;
        self.rules.ask(task.ask, seen, call, task.late && !is_early)
    }

    /// Commits what was decided on these states, if they still are.
    fn commit(
        &mut self,
        place: usize,
        task: Task,
        seen: Number,
        call: Number,
        state: &mut State,
    ) -> Result<(), Breach> {
        let answer = self.ask(&task, seen, call)?;
        let Answer::Changes(change) = &*answer else {
            unreachable!("the engine is pure");
        };
        let is_fresh = (change.invitation.is_none() || seen == state.invitation)
            && (change.call.is_none() || call == state.call);
        let is_fresh = is_fresh || self.fault == Some(Fault::IgnoresTheRevision);
        if !is_fresh || self.remembers(task.ask, state) {
            // A conflict: from the beginning, the time too.
            state.workers[place] = Worker::Idle;
            if self.remembers(task.ask, state) {
                reply(&task, true, state);
            } else {
                let late = task.late || (state.late && task.ask != Ask::Invite);
                state.workers[place] = Worker::Began(Task { late, ..task });
            }
            return Ok(());
        }
        self.judge(&task, change, state)?;
        state.workers[place] = Worker::Idle;
        state.invitation = change.invitation.unwrap_or(state.invitation);
        state.call = change.call.unwrap_or(state.call);
        if task.ask.has_name() {
            state.done |= bit(task.ask);
        }
        if self.fault != Some(Fault::PublishesBeforeCommit) {
            self.tell(change, state);
        }
        if self.fault != Some(Fault::AcknowledgesBeforeItCommits) {
            reply(&task, true, state);
        }
        Ok(())
    }

    /// Whether this may be written after what is there.
    fn judge(&self, task: &Task, change: &Change, state: &State) -> Result<(), Breach> {
        let ask = task.ask;
        if ask.has_name() && state.done & bit(ask) != 0 {
            return Err(wrong(Invariant::OneEffect, format!("{ask:?} twice")));
        }
        let is_answer = match ask {
            Ask::Cancel(_) | Ask::Accept(_) | Ask::Reject(_) => true,
            Ask::Invite | Ask::Ringing(_) | Ask::HangUp(_) | Ask::TimeOut => false,
        };
        if is_answer && task.late || ask == Ask::TimeOut && !state.late {
            let what = format!("{ask:?} at the wrong time");
            return Err(wrong(Invariant::Deadlines, what));
        }
        let before = self.rules.invitation(state.invitation);
        let next = change.invitation.and_then(|it| self.rules.invitation(it));
        let (Some(before), Some(next)) = (before, next) else {
            return Ok(());
        };
        for (was, is) in before.invitees.iter().zip(&next.invitees) {
            if was.fate.state().is_terminal() && was.fate != is.fate {
                let what = format!("{was:?} became {is:?}");
                return Err(wrong(Invariant::OneAnswer, what));
            }
        }
        Ok(())
    }

    /// What the watched device hears of it is published after what was committed before.
    fn tell(&self, change: &Change, state: &mut State) {
        let heard = change.heard.iter().filter(|it| it.0 == self.watched);
        heard.for_each(|(_, heard)| state.unpublished.push(Item::Event(*heard)));
    }

    // ---- the watched device ----

    fn publish(&self, item: Option<Item>, state: &mut State) {
        let is_there = match state.line {
            Line::Off => false,
            // A planted bug: it has read, and is not attached yet.
            Line::Attached => self.fault != Some(Fault::ReadsBeforeAttaching),
            Line::Online => true,
        };
        let is_new = |item: &Item| self.fault == Some(Fault::TellsTwice) || is_above(*item, state);
        if let Some(item) = item.filter(|item| is_there && is_new(item)) {
            state.wire.push(item);
        }
    }

    fn read_snapshot(&self, state: &mut State) {
        let kept = state.wire;
        read(state, self.rules);
        state.line = Line::Online;
        if self.fault == Some(Fault::TellsTwice) {
            kept.iter().for_each(|item| state.wire.push(item));
        }
    }

    fn deliver(&self, state: &mut State) -> Result<(), Breach> {
        let Some(item) = state.wire.take() else {
            return Ok(());
        };
        if let Item::Result(ask, is_done) = item {
            if state.asked & bit(ask) == 0 {
                return Ok(());
            }
            state.asked &= !bit(ask);
            if is_done && ask.has_name() && state.done & bit(ask) == 0 {
                let what = format!("{ask:?} was acknowledged, and is not done");
                return Err(wrong(Invariant::Acknowledged, what));
            }
            // It may tell of what was long ago, when it was asked on an earlier connection.
            if state.resent & bit(ask) != 0 {
                state.resent &= !bit(ask);
                state.is_unsure |= is_done;
                return Ok(());
            }
        }
        state.knows.hear(item, &self.truth(state))
    }

    fn truth(&self, state: &State) -> Truth<'_> {
        Truth {
            rules: self.rules,
            invitation: self.rules.invitation(state.invitation),
            device: self.watched,
        }
    }

    /// What must hold in every state.
    pub(super) fn check(&mut self, state: &State) -> Result<(), Breach> {
        let is_overdue = self.rules.is_overdue(state.invitation, state.late);
        if is_overdue {
            let answer = self
                .rules
                .ask(Ask::TimeOut, state.invitation, state.call, true)?;
            let ended = match &*answer {
                Answer::Changes(change) => change.invitation,
                Answer::Refused | Answer::Unchanged => None,
            };
            let ended = ended.and_then(|it| self.rules.invitation(it));
            if ended.is_none_or(|it| it.ended.is_none()) {
                let what = "the timer does not end it".to_owned();
                return Err(wrong(Invariant::Quiet, what));
            }
        }
        let is_calm = state.workers == [Worker::Idle; 2]
            && state.unpublished.is_empty()
            && state.wire.is_empty()
            && state.line == Line::Online
            && state.asked == 0
            && !state.is_unsure
            && !is_overdue;
        if is_calm {
            state
                .knows
                .check_agreement(state.call, &self.truth(state))?;
        }
        Ok(())
    }
}

/// The result leaves after what was committed before.
fn reply(task: &Task, is_done: bool, state: &mut State) {
    if task.is_heard {
        state.unpublished.push(Item::Result(task.ask, is_done));
    }
}

/// Whether what the device asked on its connection is on its way, there or back.
fn is_being_answered(ask: Ask, state: &State) -> bool {
    let is_at_work = |worker: &Worker| match worker {
        Worker::Idle => false,
        Worker::Began(task) | Worker::Loaded(task, _) | Worker::Decided(task, ..) => {
            task.is_heard && task.ask == ask
        }
    };
    let is_result = |item: Item| matches!(item, Item::Result(of, _) if of == ask);
    state.workers.iter().any(is_at_work)
        || state.unpublished.iter().any(is_result)
        || state.wire.iter().any(is_result)
}

/// The snapshot takes the place of what was kept for the device.
fn read(state: &mut State, rules: &Rules) {
    state.floor = (rules.rev(state.invitation), rules.call_rev(state.call));
    state.wire = Queue::default();
    let snapshot = Item::Snapshot(state.invitation, state.call, state.late);
    state.wire.push(snapshot);
}

/// Whether it is not in the snapshot.
fn is_above(item: Item, state: &State) -> bool {
    let (rev, call_rev) = state.floor;
    match item {
        Item::Event(Heard::Left { call_rev: own, .. }) => own > call_rev,
        Item::Event(heard) => heard.rev().is_none_or(|own| own > rev),
        Item::Result(..) | Item::Snapshot(..) => true,
    }
}

/// The connection is gone, and with it whatever was to come on it.
fn cut(state: &mut State) {
    state.line = Line::Off;
    state.floor = (0, 0);
    state.resent = state.asked;
    state.is_unsure = false;
    state.wire = Queue::default();
    state.unpublished.retain(|item| match item {
        Item::Event(_) => true,
        Item::Result(..) | Item::Snapshot(..) => false,
    });
    for worker in &mut state.workers {
        match worker {
            Worker::Idle => {}
            Worker::Began(task) | Worker::Loaded(task, _) | Worker::Decided(task, ..) => {
                task.is_heard = false;
            }
        }
    }
}
