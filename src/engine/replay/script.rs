//! What a recording says to which command.

use std::sync::Arc;

use crate::proto::quote::printable;
use crate::proto::recording::{is_same, Entry, Recording};
use crate::proto::shown::command_name;

/// So much of a command is shown where it is refused.
const SHOWN_BYTES: usize = 200;

/// One recorded connection, as far as it is played.
#[derive(Debug)]
pub(super) struct Script {
    recording: Arc<Recording>,
    connection: usize,
    /// For each entry whether it was played: of a command, whether it came.
    played: Vec<bool>,
    /// All entries before this are played, or were passed over.
    next: usize,
    /// No command before this is still to come.
    first: usize,
    /// A command with data, as far as it has come.
    begun: Vec<u8>,
    said: Vec<u8>,
    hangs_up: bool,
}

impl Script {
    pub(super) fn new(recording: Arc<Recording>, connection: usize) -> Script {
        let mut script = Script {
            played: vec![false; recording.connections[connection].len()],
            recording,
            connection,
            next: 0,
            first: 0,
            begun: Vec::new(),
            said: Vec::new(),
            hangs_up: false,
        };
        script.go_on();
        script
    }

    /// What it says, in the form of the wire.
    pub(super) fn said(&self) -> &[u8] {
        &self.said
    }

    /// All of that is sent.
    pub(super) fn forget(&mut self) {
        self.said = Vec::new();
    }

    /// Whether nothing comes behind what it says.
    pub(super) fn hangs_up(&self) -> bool {
        self.hangs_up
    }

    /// A line that the program sent, without secrets.
    pub(super) fn handle_line(&mut self, line: &[u8]) {
        let is_first = self.begun.is_empty();
        if !is_first {
            self.begun.push(b'\n');
        }
        self.begun.extend_from_slice(line);
        let has_more = match is_first {
            true => line.starts_with(b"+"),
            false => line != b".",
        };
        if !has_more {
            let command = std::mem::take(&mut self.begun);
            self.handle_command(&command);
        }
    }

    fn handle_command(&mut self, command: &[u8]) {
        if self.hangs_up {
            return;
        }
        let name = command_name(command);
        let of = Arc::clone(&self.recording);
        let entries = &of.connections[self.connection];
        let find = |is_it: &dyn Fn(&[u8], bool) -> bool, is_last: bool| {
            let all = entries.iter().zip(&self.played).enumerate();
            let mut all = all.skip(if is_last { 0 } else { self.first });
            let mut is_it = |(_, (entry, played)): &(usize, (&Entry, &bool))| match entry {
                Entry::Command { text, .. } => is_it(text, **played),
                _ => false,
            };
            match is_last {
                true => all.rfind(&mut is_it),
                false => all.find(&mut is_it),
            }
            .map(|(index, _)| index)
        };
        let found = find(&|text, played| !played && is_same(text, command), false).or_else(|| {
            // The order in which queues and listeners are made is not always the same.
            let is_events = |text: &[u8], played: bool| !played && command_name(text) == name;
            (name == b"SETEVENTS").then(|| find(&is_events, false))?
        });
        if let Some(index) = found {
            return self.answer(entries, index);
        }
        let again = find(&|text, played| played && is_same(text, command), true);
        if let Some(Entry::Command { answer, .. }) = again.map(|index| &entries[index]) {
            if let Some(Entry::Answer(answer)) = answer.map(|index| &entries[index]) {
                self.said.extend_from_slice(answer);
                return;
            }
        }
        match name.as_slice() {
            b"QUIT" => {
                self.said.extend_from_slice(b"250 closing connection\r\n");
                self.hangs_up = true;
            }
            b"SETEVENTS" => self.said.extend_from_slice(b"250 OK\r\n"),
            _ => {
                let line = command.split(|byte| *byte == b'\n').next();
                let line = line.unwrap_or_default();
                let shown = printable(&line[..line.len().min(SHOWN_BYTES)]);
                let refusal = format!("551 not in the recording: {shown}\r\n");
                self.said.extend_from_slice(refusal.as_bytes());
            }
        }
    }

    /// A recorded command has come: what tor said until its answer, and after it until something
    /// else was asked.
    fn answer(&mut self, entries: &[Entry], index: usize) {
        self.played[index] = true;
        let Entry::Command { answer, .. } = entries[index] else {
            return;
        };
        let upto = answer.unwrap_or(index);
        let before = entries.iter().enumerate().take(upto).skip(self.next);
        before.for_each(|(at, entry)| self.say_event(entry, at));
        if let Some(Entry::Answer(text)) = answer.map(|at| &entries[at]) {
            self.said.extend_from_slice(text);
            self.played[upto] = true;
        }
        self.next = self.next.max(upto + 1);
        self.go_on();
        let of_commands =
            |(entry, played): &(&Entry, &bool)| **played || !matches!(entry, Entry::Command { .. });
        let rest = entries.iter().zip(&self.played).skip(self.first);
        self.first += rest.take_while(of_commands).count();
    }

    fn say_event(&mut self, entry: &Entry, at: usize) {
        if let Entry::Event(text) = entry {
            self.said.extend_from_slice(text);
            self.played[at] = true;
        }
    }

    /// Says what comes without a question, up to the next.
    fn go_on(&mut self) {
        let of = Arc::clone(&self.recording);
        for entry in &of.connections[self.connection][self.next..] {
            match entry {
                Entry::Event(_) => self.say_event(entry, self.next),
                Entry::Command { .. } | Entry::Answer(_) if self.played[self.next] => {}
                Entry::Command { .. } | Entry::Answer(_) => return,
                Entry::End => {
                    self.hangs_up = true;
                    return;
                }
            }
            self.next += 1;
        }
    }
}
