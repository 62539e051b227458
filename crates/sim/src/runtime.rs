//! A hand-written executor on one thread: of all that is ready, what runs next is drawn from the seed,
//! and time passes only when nothing is ready.
//!
//! Knows futures, time and chance, and nothing of what they do.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Wake, Waker};

use crate::chance::Chance;

type Job = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Whose a task is: all tasks of an owner can be killed or frozen together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Owner(pub(crate) usize);

type TaskId = u64;

struct Task {
    owner: Owner,
    job: Job,
    waker: Waker,
}

/// The tasks of a world.
pub(crate) struct Runtime {
    handle: Handle,
    tasks: BTreeMap<TaskId, Task>,
    last: TaskId,
    frozen: BTreeMap<Owner, u64>,
}

/// Time and chance of a world, and a way to start tasks in it.
#[derive(Clone)]
pub(crate) struct Handle(Arc<Mutex<Inner>>);

struct Inner {
    now: u64,
    chance: Chance,
    ready: BTreeSet<TaskId>,
    alarms: BTreeMap<(u64, u64), Waker>,
    alarms_set: u64,
    born: Vec<(Owner, Job)>,
}

struct Bell {
    task: TaskId,
    handle: Handle,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.handle.inner().ready.insert(self.task);
    }
}

impl Handle {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().expect("nothing panics while it holds time")
    }

    /// Milliseconds since 1970, as everything in this world tells them.
    pub(crate) fn now(&self) -> u64 {
        self.inner().now
    }

    /// Draws from the seed.
    pub(crate) fn draw<T>(&self, draw: impl FnOnce(&mut Chance) -> T) -> T {
        draw(&mut self.inner().chance)
    }

    /// Waits so many milliseconds; for 0, until others had their turn.
    pub(crate) fn pause(&self, ms: u64) -> Pause {
        Pause {
            handle: self.clone(),
            until: self.now().saturating_add(ms),
            alarm: None,
        }
    }

    /// Starts a task.
    pub(crate) fn spawn(&self, owner: Owner, job: impl Future<Output = ()> + Send + 'static) {
        self.inner().born.push((owner, Box::pin(job)));
    }
}

/// Completes when its time has come, and never at once.
pub(crate) struct Pause {
    handle: Handle,
    until: u64,
    alarm: Option<u64>,
}

impl Future for Pause {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let until = self.until;
        let handle = self.handle.clone();
        let mut inner = handle.inner();
        let number = match self.alarm {
            Some(_) if inner.now >= until => return Poll::Ready(()),
            Some(number) => number,
            None => {
                inner.alarms_set += 1;
                inner.alarms_set
            }
        };
        self.alarm = Some(number);
        let before = inner
            .alarms
            .insert((until, number), context.waker().clone());
        drop(inner);
        drop(before);
        Poll::Pending
    }
}

impl Drop for Pause {
    fn drop(&mut self) {
        if let Some(number) = self.alarm {
            let alarm = self.handle.inner().alarms.remove(&(self.until, number));
            drop(alarm);
        }
    }
}

impl Runtime {
    /// No tasks, at `now`, with the chance of this seed.
    pub(crate) fn new(now: u64, seed: u64) -> Self {
        let inner = Inner {
            now,
            chance: Chance::seeded(seed),
            ready: BTreeSet::new(),
            alarms: BTreeMap::new(),
            alarms_set: 0,
            born: Vec::new(),
        };
        Self {
            handle: Handle(Arc::new(Mutex::new(inner))),
            tasks: BTreeMap::new(),
            last: 0,
            frozen: BTreeMap::new(),
        }
    }

    pub(crate) fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// How many tasks there are.
    pub(crate) fn len(&self) -> usize {
        self.tasks.len()
    }

    /// Drops all tasks of the owner, wherever they wait.
    pub(crate) fn kill(&mut self, owner: Owner) {
        self.take_in();
        let tasks = std::mem::take(&mut self.tasks);
        let (dead, alive): (Vec<_>, Vec<_>) =
            tasks.into_iter().partition(|(_, task)| task.owner == owner);
        self.tasks = alive.into_iter().collect();
        drop(dead);
        self.frozen.remove(&owner);
    }

    /// Nothing of the owner's runs until then.
    pub(crate) fn freeze(&mut self, owner: Owner, until: u64) {
        self.frozen.insert(owner, until);
    }

    /// How many tasks could run now.
    pub(crate) fn ready(&mut self) -> usize {
        self.take_in();
        let mut inner = self.handle.inner();
        inner.ready.retain(|id| self.tasks.contains_key(id));
        inner.ready.iter().filter(|id| self.can_run(id)).count()
    }

    /// Runs the task of that place among those that could run.
    pub(crate) fn run(&mut self, place: usize) {
        let id = {
            let inner = self.handle.inner();
            let mut ready = inner.ready.iter().filter(|id| self.can_run(id));
            ready.nth(place).copied()
        };
        let Some(id) = id else {
            return;
        };
        self.handle.inner().ready.remove(&id);
        let Some(mut task) = self.tasks.remove(&id) else {
            return;
        };
        let mut context = Context::from_waker(&task.waker);
        if task.job.as_mut().poll(&mut context).is_pending() {
            self.tasks.insert(id, task);
        }
        self.take_in();
    }

    /// When the next pause ends or the next owner thaws.
    pub(crate) fn next_alarm(&self) -> Option<u64> {
        let inner = self.handle.inner();
        let alarm = inner.alarms.keys().next().map(|(at, _)| *at);
        let thaw = self.frozen.values().copied().min();
        [alarm, thaw].into_iter().flatten().min()
    }

    /// Lets time pass to `now`; wakes whose pause has ended.
    pub(crate) fn pass_time(&mut self, now: u64) {
        let mut due = Vec::new();
        {
            let mut inner = self.handle.inner();
            inner.now = inner.now.max(now);
            let now = inner.now;
            while let Some(first) = inner.alarms.first_entry() {
                if first.key().0 > now {
                    break;
                }
                due.push(first.remove());
            }
        }
        due.into_iter().for_each(Waker::wake);
        self.frozen.retain(|_, until| *until > now);
    }

    fn can_run(&self, id: &TaskId) -> bool {
        let task = self.tasks.get(id);
        task.is_some_and(|task| !self.frozen.contains_key(&task.owner))
    }

    fn take_in(&mut self) {
        loop {
            let born = std::mem::take(&mut self.handle.inner().born);
            if born.is_empty() {
                return;
            }
            for (owner, job) in born {
                self.last += 1;
                let id = self.last;
                let bell = Bell {
                    task: id,
                    handle: self.handle.clone(),
                };
                let waker = Waker::from(Arc::new(bell));
                self.tasks.insert(id, Task { owner, job, waker });
                self.handle.inner().ready.insert(id);
            }
        }
    }
}
