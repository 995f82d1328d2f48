//! Log lines: DEBUG, INFO, NOTICE, WARN and ERR.

#[events(Debug, Info, Notice, Warn, Err)]
struct log {
    /// How serious the line is.
    #[kind]
    #[by("log_severity(event)")]
    #[no_text]
    severity: Word<Severity>,

    /// The line, byte for byte as tor sent it; torctl_event_find() finds nothing in it, whatever it
    /// looks like.
    #[arg(0, "Text")]
    #[required(Any)]
    text: Bytes,
}
