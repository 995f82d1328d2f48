//! Log messages: DEBUG, INFO, NOTICE, WARN and ERR.
//!
//! One event for each message that tor logs at that severity, whatever its log file gets. WARN and
//! ERR are what users should see; they often say what nothing else says, for example why tor does
//! not get into the network. INFO and DEBUG are very many. The text is for people: do not take it
//! apart, for it changes from version to version, and STATUS events say the same in fields.

#[events(Debug, Info, Notice, Warn, Err)]
#[number(108)]
struct log {
    /// How serious the message is.
    #[kind]
    #[by("log_severity(event)")]
    #[no_text]
    severity: Word<Severity>,

    /// The message, byte for byte as tor sent it. It is one argument, whatever it looks like:
    /// torctl_event_find() finds nothing in it.
    #[arg(0, "Text")]
    #[required(Any)]
    text: Bytes,
}
