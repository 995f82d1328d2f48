//! What the operating system does, as far as it decides who wakes up: a socket, `poll()`, and the
//! I/O thread's epoll. And the parker that rests on it.

use loom::sync::{Condvar, Mutex};

/// One lock for all of it, as if the kernel had only that.
pub struct Kernel {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    /// Answers that lie in the socket.
    arrived: usize,
    is_shut: bool,
    /// By thread.
    wake_fds: [bool; 2],
    is_watched: bool,
    /// epoll is to report the socket; reported once (edge-triggered), as mio has it.
    is_edge: bool,
    is_timer_set: bool,
    is_stopping: bool,
}

/// What the I/O thread is woken for.
pub struct Call {
    pub is_readable: bool,
    pub is_timer: bool,
}

impl Kernel {
    pub fn new() -> Kernel {
        Kernel {
            state: Mutex::new(State {
                arrived: 0,
                is_shut: false,
                wake_fds: [false; 2],
                is_watched: false,
                is_edge: false,
                is_timer_set: false,
                is_stopping: false,
            }),
            changed: Condvar::new(),
        }
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap());
        self.changed.notify_all();
    }

    /// The peer has sent so many answers.
    pub fn arrive(&self, count: usize) {
        self.change(|state| {
            state.arrived += count;
            state.is_edge = state.is_watched;
        });
    }

    /// Either end is gone.
    pub fn shutdown(&self) {
        self.change(|state| {
            state.is_shut = true;
            state.is_edge = state.is_watched;
        });
    }

    pub fn watch(&self, is_watched: bool) {
        self.change(|state| {
            state.is_watched = is_watched;
            // What is ready already is reported anew.
            state.is_edge = is_watched && (state.arrived > 0 || state.is_shut);
        });
    }

    pub fn set_timer(&self) {
        self.change(|state| state.is_timer_set = true);
    }

    pub fn stop(&self) {
        self.change(|state| state.is_stopping = true);
    }

    /// epoll_wait. None when the thread is to end.
    pub fn wait_for_events(&self) -> Option<Call> {
        let mut state = self.state.lock().unwrap();
        while !state.is_edge && !state.is_timer_set && !state.is_stopping {
            state = self.changed.wait(state).unwrap();
        }
        let is_readable = std::mem::take(&mut state.is_edge);
        let is_timer = std::mem::take(&mut state.is_timer_set);
        (!state.is_stopping).then_some(Call {
            is_readable,
            is_timer,
        })
    }

    /// recv: how many answers; none if nothing is there, None at the end.
    pub fn receive(&self) -> Option<usize> {
        let mut state = self.state.lock().unwrap();
        match std::mem::take(&mut state.arrived) {
            0 if state.is_shut => None,
            count => Some(count),
        }
    }

    /// poll: whether the socket has something.
    fn poll(&self, thread: usize) -> bool {
        let mut state = self.state.lock().unwrap();
        loop {
            let is_readable = state.arrived > 0 || state.is_shut;
            if is_readable || state.wake_fds[thread] {
                return is_readable;
            }
            state = self.changed.wait(state).unwrap();
        }
    }
}

/// Mirrors `Parker` of `engine/park.rs`.
pub struct Parker {
    thread: usize,
    state: Mutex<ParkState>,
    woken: Condvar,
}

#[derive(Default)]
struct ParkState {
    is_woken: bool,
    is_parked: bool,
    polls: bool,
}

impl Parker {
    pub fn new(thread: usize) -> Parker {
        Parker {
            thread,
            state: Mutex::default(),
            woken: Condvar::new(),
        }
    }

    pub fn wake(&self, kernel: &Kernel) {
        let mut state = self.state.lock().unwrap();
        if !state.is_woken {
            state.is_woken = true;
            match state.polls {
                true => kernel.change(|kernel| kernel.wake_fds[self.thread] = true),
                false if state.is_parked => self.woken.notify_one(),
                false => {}
            }
        }
    }

    /// Mirrors `Parker::park_uncancelled`.
    pub fn park(&self) {
        let mut state = self.state.lock().unwrap();
        while !state.is_woken {
            state.is_parked = true;
            state = self.woken.wait(state).unwrap();
        }
        state.is_woken = false;
        state.is_parked = false;
    }

    /// Mirrors `Parker::poll`.
    pub fn park_on(&self, kernel: &Kernel) -> bool {
        {
            let mut state = self.state.lock().unwrap();
            if std::mem::take(&mut state.is_woken) {
                return false;
            }
            state.polls = true;
        }
        let is_readable = kernel.poll(self.thread);
        let mut state = self.state.lock().unwrap();
        state.polls = false;
        if std::mem::take(&mut state.is_woken) {
            kernel.change(|kernel| kernel.wake_fds[self.thread] = false);
        }
        is_readable
    }
}
