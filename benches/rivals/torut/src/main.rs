//! The torut crate on the benchmarks' server: events come out as text, unparsed.

use std::env;
use std::fs;
use std::mem::MaybeUninit;
use std::time::Instant;

use tokio::io::{AsyncRead, AsyncWrite, BufReader};
use tokio::net::{TcpStream, UnixStream};
use torut::control::{AuthenticatedConn, Conn, ConnError, TorAuthData, UnauthenticatedConn};

struct Options(Vec<String>);

impl Options {
    fn text(&self, key: &str) -> Option<&str> {
        self.0.iter().find_map(|a| a.strip_prefix(key)?.strip_prefix('='))
    }

    fn number(&self, key: &str) -> u64 {
        self.text(key).and_then(|n| n.parse().ok()).unwrap_or(1)
    }
}

fn monotonic_ns() -> u64 {
    let mut time = MaybeUninit::<libc::timespec>::uninit();
    // SAFETY: clock_gettime fills the structure it is given; CLOCK_MONOTONIC always exists.
    let time = unsafe {
        libc::clock_gettime(libc::CLOCK_MONOTONIC, time.as_mut_ptr());
        time.assume_init()
    };
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

fn cpu_seconds() -> f64 {
    let mut usage = MaybeUninit::<libc::rusage>::uninit();
    // SAFETY: getrusage fills the structure it is given; RUSAGE_SELF always exists.
    let usage = unsafe {
        libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr());
        usage.assume_init()
    };
    let seconds = |t: libc::timeval| t.tv_sec as f64 + t.tv_usec as f64 / 1e6;
    seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

fn status(field: &str) -> u64 {
    let text = fs::read_to_string("/proc/self/status").unwrap_or_default();
    text.lines()
        .find_map(|l| l.strip_prefix(field)?.strip_prefix(':')?.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}

fn percentiles(samples: &mut [u64]) -> String {
    samples.sort_unstable();
    let at = |i: usize| samples[i] as f64 / 1e3;
    let last = samples.len() - 1;
    format!("\"p50_us\": {:.3}, \"p99_us\": {:.3}, ", at(samples.len() / 2), at(last - last / 100))
}

fn print(extra: &str, count: u64, seconds: f64, cpu: f64) {
    println!(
        "{{{extra}\"count\": {count}, \"check\": 0, \"seconds\": {seconds:.9}, \"cpu_seconds\": {:.6}, \
         \"peak_kb\": {}, \"threads\": {}}}",
        cpu_seconds() - cpu,
        status("VmHWM"),
        status("Threads")
    );
}

/// Events as torut hands them over: a code and lines.
async fn next_event<S: AsyncRead + Unpin>(conn: &mut Conn<S>) -> Result<Vec<String>, ConnError> {
    loop {
        let (code, lines) = conn.receive_data().await?;
        if code == 650 {
            return Ok(lines);
        }
    }
}

async fn events<S: AsyncRead + AsyncWrite + Unpin>(stream: S, mode: &str, options: &Options) -> Result<(), ConnError> {
    let want = options.number("n");
    let mut conn = Conn::new(BufReader::with_capacity(65536, stream));
    conn.write_data(b"AUTHENTICATE\r\n").await?;
    conn.receive_data().await?;
    let cpu = cpu_seconds();
    let command = format!("SETEVENTS {}\r\n", options.text("events").unwrap_or("BW"));
    conn.write_data(command.as_bytes()).await?;
    conn.receive_data().await?;
    let mut samples = Vec::new();
    let mut start = None;
    for _ in 0..want {
        let lines = next_event(&mut conn).await?;
        start.get_or_insert_with(Instant::now);
        if mode == "latency" {
            let sent: u64 = lines[0].split(' ').nth(1).and_then(|n| n.parse().ok()).unwrap_or(0);
            samples.push(monotonic_ns() - sent);
        }
    }
    let seconds = start.map_or(0.0, |s| s.elapsed().as_secs_f64());
    let extra = if samples.is_empty() { String::new() } else { percentiles(&mut samples) };
    print(&extra, want, seconds, cpu);
    Ok(())
}

type Handler = fn(torut::control::AsyncEvent<'static>) -> std::future::Ready<Result<(), ConnError>>;

async fn round_trips<S: AsyncRead + AsyncWrite + Unpin>(stream: S, options: &Options) -> Result<(), ConnError> {
    let want = options.number("n");
    let mut conn = UnauthenticatedConn::new(BufReader::new(stream));
    conn.load_protocol_info().await?;
    conn.authenticate(&TorAuthData::Null).await?;
    let mut conn: AuthenticatedConn<_, Handler> = conn.into_authenticated().await;
    for _ in 0..200 {
        conn.get_info("version").await?;
    }
    let cpu = cpu_seconds();
    let start = Instant::now();
    let mut samples = Vec::with_capacity(want as usize);
    for _ in 0..want {
        let before = Instant::now();
        conn.get_info("version").await?;
        samples.push(before.elapsed().as_nanos() as u64);
    }
    let seconds = start.elapsed().as_secs_f64();
    print(&percentiles(&mut samples), want, seconds, cpu);
    Ok(())
}

async fn run<S: AsyncRead + AsyncWrite + Unpin>(stream: S, mode: &str, options: &Options) {
    let done = match mode {
        "rtt" => round_trips(stream, options).await,
        _ => events(stream, mode, options).await,
    };
    if let Err(e) = done {
        eprintln!("torut client: {e:?}");
        std::process::exit(1);
    }
}

fn main() {
    let args: Vec<String> = env::args().collect();
    if args.len() < 3 {
        eprintln!("usage: torut MODE ADDRESS [key=value ...]");
        std::process::exit(2);
    }
    let options = Options(args[3..].to_vec());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        match args[2].strip_prefix("unix:") {
            Some(path) => run(UnixStream::connect(path).await.expect("connect"), &args[1], &options).await,
            None => run(TcpStream::connect(&args[2]).await.expect("connect"), &args[1], &options).await,
        }
    });
}
