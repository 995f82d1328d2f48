use super::*;

fn start(script: &str, input: &[u8]) -> Arc<Process> {
    Process::start(
        Start {
            program: "sh".into(),
            args: vec!["-c".into(), script.into()],
            input: Zeroizing::new(input.to_vec()),
            inherited: None,
            scratch: None,
        },
        &Arc::default(),
    )
    .unwrap()
}

/// How it ended, once it has.
fn end(process: &Process) -> Exit {
    let deadline = Instant::now() + Duration::from_secs(600);
    loop {
        if let Some(exit) = process.exit() {
            return exit;
        }
        assert!(Instant::now() < deadline);
        std::thread::yield_now();
    }
}

fn is_there(pid: u32) -> bool {
    std::path::Path::new(&format!("/proc/{pid}")).exists()
}

#[test]
fn input_goes_in_and_output_comes_out() {
    // More than a pipe holds, both ways.
    let input = vec![b'x'; 1 << 20];
    let process = start(
        "cat | tee /dev/stderr | wc -c; echo; echo done; exit 3",
        &input,
    );
    assert_eq!(end(&process), Exit::Code(3));
    assert!(process.output().ends_with(b"done\n"));
    assert!(process.output().len() <= 2 * Tail::KEEP_BYTES);
    assert!(!is_there(process.pid()));
    assert_eq!(process.exit(), Some(Exit::Code(3)));
}

#[test]
fn input_can_be_read_again_by_name() {
    let process = start("cat; cat /dev/stdin /dev/stdin", b"x");
    assert_eq!(end(&process), Exit::Code(0));
    assert_eq!(process.output(), b"xxx");
}

#[test]
fn it_ends_when_asked_or_is_killed() {
    let process = start("exec sleep 1000", b"");
    assert_eq!(process.exit(), None);
    process.end();
    assert_eq!(end(&process), Exit::Signal(15));
    assert!(!is_there(process.pid()));
    let process = start("trap '' TERM; echo deaf; while :; do sleep 1; done", b"");
    while !process.output().starts_with(b"deaf") {
        std::thread::yield_now();
    }
    process.end();
    assert_eq!(process.exit(), None);
    process.change(|state| state.kill_at = Some(Instant::now()));
    assert_eq!(end(&process), Exit::Signal(9));
}

#[test]
fn a_kept_one_is_left_alone() {
    let process = start("read line; echo got", b"");
    process.keep();
    process.expect_end();
    assert!(lock(&process.state).kill_at.is_none());
    assert_eq!(end(&process), Exit::Code(0));
}

#[test]
fn it_has_no_terminal_no_ignored_signal_and_no_files_of_ours() {
    let file = std::fs::File::open("/dev/null").unwrap();
    // Not close-on-exec, as much of what a host opens.
    let hosts = rustix::io::dup(&file).unwrap();
    let fd = hosts.as_raw_fd();
    let inherited = OwnedFd::from(file.try_clone().unwrap());
    let number = inherited.as_raw_fd();
    let process = Process::start(
        Start {
            program: "sh".into(),
            args: vec![
                "-c".into(),
                "ls /proc/self/fd | tr '\\n' ' '; grep SigIgn /proc/$$/status; \
             cut -d' ' -f6,7 /proc/$$/stat; echo $$"
                    .into(),
            ],
            input: Zeroizing::default(),
            inherited: Some(inherited),
            scratch: None,
        },
        &Arc::default(),
    )
    .unwrap();
    assert_eq!(end(&process), Exit::Code(0));
    let output = String::from_utf8(process.output()).unwrap();
    let lines: Vec<&str> = output.lines().collect();
    let (fds, ignored) = lines[0].split_once("SigIgn:").unwrap();
    let fds: Vec<i32> = fds.split(' ').filter_map(|it| it.parse().ok()).collect();
    assert!(fds.contains(&number), "{fds:?}");
    assert!(!fds.contains(&fd), "{fds:?}");
    assert_eq!(
        u64::from_str_radix(ignored.trim(), 16).unwrap() & 0x7fff_ffff,
        0
    );
    // Its own session, without a terminal.
    assert_eq!(lines[1], format!("{} 0", process.pid()));
}

#[test]
fn a_program_that_is_not_there() {
    let error = Process::start(
        Start {
            program: "/nonexistent/tor".into(),
            args: Vec::new(),
            input: Zeroizing::default(),
            inherited: None,
            scratch: None,
        },
        &Arc::default(),
    );
    let Err(Error::Connect { message, errno }) = error else {
        panic!("{error:?}");
    };
    assert!(message.starts_with("cannot start /nonexistent/tor: No such file"));
    assert_eq!(errno, libc::ENOENT);
}

#[test]
fn one_that_is_abandoned_is_left_to_its_starter() {
    let process = start("exec sleep 1000", b"");
    process.abandon();
    let pid = process.pid() as i32;
    let path = format!("/proc/{pid}/stat");
    let state = || {
        let stat = std::fs::read_to_string(&path).unwrap();
        stat.rsplit_once(") ").unwrap().1.chars().next()
    };
    assert_ne!(state(), Some('Z'));
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    crate::engine::scripted::until(|| state() == Some('Z'));
    assert_eq!(process.exit(), None);
    let status = rustix::process::waitpid(Some(pid), rustix::process::WaitOptions::empty());
    assert!(status.unwrap().is_some());
}

#[test]
fn a_lasting_directory_outlives_its_programs() {
    let path = crate::engine::file::make_temporary_directory().unwrap();
    let tasks = Arc::default();
    let scratch = Arc::new(Scratch::new(path.clone(), true).unwrap());
    for round in 0..3 {
        let process = Process::start(
            Start {
                program: "sh".into(),
                args: vec![
                    "-c".into(),
                    format!("ls {0} | wc -l; touch {0}/{round}", path.display()).into(),
                ],
                input: Zeroizing::default(),
                inherited: None,
                scratch: Some(Arc::clone(&scratch)),
            },
            &tasks,
        )
        .unwrap();
        assert_eq!(end(&process), Exit::Code(0));
        assert_eq!(process.output(), format!("{round}\n").into_bytes());
    }
    drop(scratch);
    assert!(!path.exists());
}
