use super::stuck::{explain, Explanation, LogLine};
use super::*;
use crate::proto::reason::Reason;

fn event(text: &str) -> Event {
    Event::of_text(Kind::StatusClient, "STATUS_CLIENT", text.as_bytes())
}

/// What is said of this state, with this log and this configuration.
fn explained(
    state: &BootstrapState,
    log: &[&str],
    conf: &[(&str, &str)],
    is_launched: bool,
) -> Explanation {
    let lines = log.iter().filter_map(|line| LogLine::of_output(line));
    let values = |name: &str| {
        let values = conf.iter().filter(|(other, _)| *other == name);
        values.map(|(_, value)| value.to_string()).collect()
    };
    let info = &|| Some("down".to_string());
    explain(state, lines.collect(), &values, info, is_launched)
}

fn stuck(state: &BootstrapState, cause: &Explanation) -> (String, String, Reason) {
    match state.error(Some(50), "after", cause) {
        Error::Stuck {
            message,
            reason,
            why,
            ..
        } => (message, reason, why),
        error => panic!("{error:?}"),
    }
}

#[test]
fn steps_forward_and_problems_are_told_apart() {
    let mut state = BootstrapState::default();
    let at = |percent| format!("NOTICE BOOTSTRAP PROGRESS={percent} TAG=x SUMMARY=\"S{percent}\"");
    assert_eq!(
        state.take(&event("NOTICE CIRCUIT_ESTABLISHED")),
        Progression::None
    );
    assert_eq!(state.take(&event(&at(0))), Progression::Forward);
    assert_eq!(state.take(&event(&at(10))), Progression::Forward);
    assert_eq!(state.take(&event(&at(10))), Progression::None);
    let problem = "WARN BOOTSTRAP PROGRESS=10 TAG=conn_done SUMMARY=\"Connected\" WARNING=\"No route to host\" REASON=NOROUTE COUNT=4 RECOMMENDATION=warn HOSTID=\"AB\" HOSTADDR=\"192.0.2.1:9001\"";
    assert_eq!(state.take(&event(problem)), Progression::Problem);
    let (message, reason, why) = stuck(&state, &explained(&state, &[], &[], false));
    assert_eq!(
        message,
        "tor is not bootstrapped after 50 ms: it is at 10 % (Connected); its last warning: No route to host; reason NOROUTE; times 4; at 192.0.2.1:9001; recommended: warn"
    );
    assert_eq!(
        (reason.as_str(), why),
        ("No route to host", Reason::NoRoute)
    );
    // Progress makes the old problem the past.
    assert_eq!(state.take(&event(&at(14))), Progression::Forward);
    let (message, _, why) = stuck(&state, &explained(&state, &[], &[], false));
    assert!(!message.contains("warning"), "{message}");
    assert_eq!(why, Reason::Unknown);
    assert_eq!(state.take(&event(&at(5))), Progression::None);
    assert_eq!(state.percent, 14);
}

#[test]
fn a_minor_problem_hides_no_other() {
    let problem = |what: &str, reason: &str, recommendation: &str| {
        event(&format!(
            "WARN BOOTSTRAP PROGRESS=5 TAG=conn SUMMARY=\"S\" WARNING=\"{what}\" REASON={reason} COUNT=1 RECOMMENDATION={recommendation}"
        ))
    };
    let mut state = BootstrapState::default();
    let seen = |state: &BootstrapState| {
        let (_, warning, why) = stuck(state, &explained(state, &[], &[], false));
        (warning, why)
    };
    // The first is a step forward as well: tor was not known to have come so far.
    state.take(&problem("refused", "CONNECTREFUSED", "ignore"));
    assert_eq!(seen(&state), ("refused".into(), Reason::ConnectRefused));
    let skew = problem("the clock", "CLOCK_SKEW", "warn");
    assert_eq!(state.take(&skew), Progression::Problem);
    assert_eq!(seen(&state), ("the clock".into(), Reason::ClockSkew));
    // It is told all the same to whoever follows the progress.
    let minor = problem("late", "TIMEOUT", "ignore");
    assert_eq!(state.take(&minor), Progression::Problem);
    assert_eq!(seen(&state), ("the clock".into(), Reason::ClockSkew));
    state.take(&problem("no route", "NOROUTE", "warn"));
    assert_eq!(seen(&state), ("no route".into(), Reason::NoRoute));
}

#[test]
fn the_log_gives_the_reason() {
    let mut state = BootstrapState::default();
    state.take(&event(
        "NOTICE BOOTSTRAP PROGRESS=0 TAG=starting SUMMARY=\"Starting\"",
    ));
    let log = [
        "Nov 30 12:00:00.000 [notice] Starting with guard context \"bridges\"",
        "Nov 30 12:00:00.000 [warn] You are running Tor as root. You don't need to, and you probably shouldn't.",
        "Nov 30 12:00:01.000 [warn] Managed proxy \"/bin/false\" having PID 17682 terminated with status code 1",
        "Nov 30 12:00:02.000 [warn] Managed proxy at '/bin/false' died in state Launched",
        "Nov 30 12:00:03.000 [warn] Managed proxy \"/bin/false\" having PID 17684 terminated with status code 1",
    ];
    let (message, reason, why) = stuck(&state, &explained(&state, &log, &[], false));
    let lines = "Managed proxy at '/bin/false' died in state Launched; Managed proxy \"/bin/false\" having PID 17684 terminated with status code 1";
    assert_eq!(
        message,
        format!("tor is not bootstrapped after 50 ms: it is at 0 % (Starting); its log: {lines}")
    );
    assert_eq!((reason.as_str(), why), (lines, Reason::TransportFailed));
    let (message, _, why) = stuck(&state, &explained(&state, &log[..2], &[], false));
    assert!(
        message.ends_with("(Starting); it has not reached the network"),
        "{message}"
    );
    assert_eq!(why, Reason::Unknown);
    // However long a line is, and whatever is in it, the message stays short and one line.
    let long = format!("x [warn] {}\x1b[31m", "long ".repeat(5000));
    let many: Vec<String> = (0..50)
        .map(|n| format!("x [warn] {}", "a".repeat(n + 1)))
        .collect();
    let many: Vec<&str> = many.iter().map(String::as_str).chain([&long[..]]).collect();
    let (message, ..) = stuck(&state, &explained(&state, &many, &[], false));
    assert!(
        message.len() < 1000 && !message.contains('\x1b'),
        "{message}"
    );
}

#[test]
fn the_configuration_gives_the_reason() {
    let mut state = BootstrapState::default();
    state.take(&event(
        "NOTICE BOOTSTRAP PROGRESS=0 TAG=starting SUMMARY=\"Starting\"",
    ));
    let why = |state: &BootstrapState, log: &[&str], conf: &[(&str, &str)], is_launched| {
        let (message, _, why) = stuck(state, &explained(state, log, conf, is_launched));
        (why, message)
    };
    let (reason, message) = why(&state, &[], &[("DisableNetwork", "1")], false);
    assert_eq!(reason, Reason::NetworkDisabled);
    assert!(
        message.contains("its option DisableNetwork is 1"),
        "{message}"
    );
    let bridges = [
        ("UseBridges", "1"),
        ("Bridge", "obfs4 192.0.2.1:443 cert=x"),
        ("Bridge", "obfs4 192.0.2.2:443 cert=x"),
        ("Bridge", "192.0.2.3:443"),
        ("Bridge", "snowflake 192.0.2.4:80"),
        (
            "ClientTransportPlugin",
            "meek,snowflake exec /nonexistent/a program",
        ),
    ];
    let (reason, message) = why(&state, &[], &bridges, false);
    assert_eq!(reason, Reason::NoTransport);
    assert!(message.contains("provides obfs4, which"), "{message}");
    assert!(!message.contains("/nonexistent/a"), "{message}");
    let (_, message) = why(&state, &[], &bridges, true);
    assert!(
        message.contains("\"/nonexistent/a\" of its ClientTransportPlugin"),
        "{message}"
    );
    assert_eq!(why(&state, &[], &bridges[1..], true).0, Reason::Unknown);
    // The clock is the better reason.
    state.take(&event(
        "WARN CLOCK_SKEW SKEW=-259200 SOURCE=OR:192.0.2.1:443",
    ));
    let (reason, message) = why(&state, &[], &bridges, true);
    assert_eq!(reason, Reason::ClockSkew);
    assert!(
        message.contains("by -259200 seconds, says OR:192.0.2.1:443"),
        "{message}"
    );
}

#[test]
fn a_dormant_tor_is_said_to_be_so() {
    let mut state = BootstrapState::default();
    state.take(&event(
        "NOTICE BOOTSTRAP PROGRESS=0 TAG=starting SUMMARY=\"Starting\"",
    ));
    let why =
        |state: &BootstrapState, log: &[&str]| stuck(state, &explained(state, log, &[], false)).2;
    let asleep = "x [notice] Going dormant because of controller request.";
    let awake = "x [notice] Tor is no longer dormant.";
    assert_eq!(why(&state, &[awake, asleep]), Reason::Dormant);
    assert_eq!(why(&state, &[asleep, awake]), Reason::Unknown);
    state.is_wake_refused = true;
    assert_eq!(why(&state, &[]), Reason::Dormant);
    state.take(&event(
        "NOTICE BOOTSTRAP PROGRESS=5 TAG=conn SUMMARY=\"Connecting\"",
    ));
    assert_eq!(why(&state, &[]), Reason::Unknown);
}
