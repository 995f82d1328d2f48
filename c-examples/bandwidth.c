/*
 * bandwidth: a graph of what tor downloads and uploads, in the terminal.
 *
 *     make bin/bandwidth && bin/bandwidth [ADDRESS [SECONDS]]
 *
 * The graph starts with the past that tor remembers. Any key and Ctrl-C end it. When tor goes away,
 * the program says why and ends with status 1. TOR_CONTROL_PASSWD is the password, if tor has one.
 * Where no terminal can show a graph, for example with "| cat", it prints one line each second:
 *
 *     12:30:01  download 412031  upload 103960 bytes/s
 */

#define _GNU_SOURCE 1 /* ppoll() */

#include <curses.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <torctl.h>

enum { DOWNLOAD, UPLOAD, HISTORY = 1024, LEFT = 9 /* columns for labels */ };
static double bytes[HISTORY][2]; /* in each second; the first is the newest */
static volatile sig_atomic_t is_stopped;

static void on_signal(int number)
{
    is_stopped = number;
}

static void remember(uint64_t downloaded, uint64_t uploaded)
{
    memmove(bytes + 1, bytes, sizeof bytes - sizeof *bytes);
    bytes[0][DOWNLOAD] = (double)downloaded;
    bytes[0][UPLOAD] = (double)uploaded;
}

/* Asks for the past. The events that are in the queue by then are part of the answer. */
static torctl_status remember_past(torctl_controller *tor, torctl_queue *queue, torctl_error **err)
{
    torctl_bandwidths *past = NULL;
    torctl_event *event = NULL;
    torctl_status status = torctl_get_bandwidths(tor, NULL, &past, err);

    for (size_t i = 0; i < torctl_bandwidths_count(past); i++)
        remember(torctl_bandwidths_read_bytes(past, i), torctl_bandwidths_written_bytes(past, i));
    while (torctl_queue_next(queue, 0, NULL, &event, NULL) == TORCTL_OK)
        torctl_event_free(event);
    torctl_bandwidths_free(past);
    return status;
}

static void draw_amount(int y, const char *format, double amount)
{
    int unit = 0;
    for (; amount >= 999.5 && unit < 4; unit++)
        amount /= 1000;
    mvprintw(y, 0, format, amount, (const char *[]){"B", "kB", "MB", "GB", "TB"}[unit]);
}

/* Draws the rate in the first row and bars in the others, if there are any. */
static void draw_graph(int direction, int top, int height)
{
    static const char *const blocks[] = {"", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    double scale = 1000; /* then 2000, 5000, 10000, 20000, 50000, ... */

    for (int i = 0, step = 0; i < COLS - LEFT && i < HISTORY; i++)
        for (; scale < bytes[i][direction]; step++)
            scale *= step % 3 == 1 ? 2.5 : 2;
    if (height > 1)
        draw_amount(top + 1, "%5.3g %s", scale);
    attron(COLOR_PAIR(direction + 1));
    draw_amount(top, direction == DOWNLOAD ? "Download %.3g %s/s" : "Upload   %.3g %s/s",
                bytes[0][direction]);
    for (int i = 0; i < COLS - LEFT && i < HISTORY; i++) {
        int eighths = (int)(bytes[i][direction] / scale * (height - 1) * 8 + 0.99);
        for (int y = top + height - 1; eighths > 0; y--, eighths -= 8)
            mvaddstr(y, COLS - 1 - i, MB_CUR_MAX > 1 ? blocks[eighths < 8 ? eighths : 8] : "#");
    }
    attroff(COLOR_PAIR(direction + 1));
}

static void draw(void)
{
    const int height = LINES < 5 ? 1 : (LINES - 1) / 2;

    erase();
    draw_graph(DOWNLOAD, 0, height);
    draw_graph(UPLOAD, height, height);
    mvprintw(2 * height, LEFT, "the last %d s (any key ends)", COLS - LEFT);
    refresh();
}

/* Takes the terminal, if it can show a graph. NO_COLOR: see https://no-color.org. */
static int begin_screen(void)
{
    const char *no_color = getenv("NO_COLOR");
    setlocale(LC_CTYPE, "");
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || newterm(NULL, stdout, stdin) == NULL)
        return 0;
    if (tigetstr("cup") == NULL) { /* the cursor cannot move */
        endwin();
        return 0;
    }
    if ((!no_color || !*no_color) && start_color() == OK && use_default_colors() == OK) {
        init_pair(DOWNLOAD + 1, COLOR_GREEN, -1);
        init_pair(UPLOAD + 1, COLOR_CYAN, -1);
    }
    cbreak();
    noecho();
    nodelay(stdscr, TRUE);
    curs_set(0);
    flushinp(); /* keys that were pressed before */
    return 1;
}

/* Shows events until it is time to stop, or until tor has gone: `why` then says why. */
static torctl_status watch(const torctl_queue *queue, int is_screen, long seconds, char why[512])
{
    struct pollfd fds[] = {{.fd = torctl_queue_fd(queue), .events = POLLIN},
                           {.fd = is_screen ? STDIN_FILENO : -1, .events = POLLIN}};
    torctl_status status = TORCTL_EMPTY;
    torctl_event *event = NULL;
    sigset_t all, before;

    /* Signals arrive only while ppoll() waits, so that none comes unseen just before it. */
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    while (status == TORCTL_EMPTY && seconds != 0 && !is_stopped && !(fds[1].revents & POLLHUP)) {
        if (is_screen)
            draw();
        ppoll(fds, 2, NULL, &before);
        for (int key; is_screen && (key = getch()) != ERR;)
            is_stopped |= key != KEY_RESIZE;
        while ((status = torctl_queue_next(queue, 0, NULL, &event, NULL)) == TORCTL_OK) {
            const time_t arrival = (time_t)(torctl_event_arrival_unix_us(event) / 1000000);
            if (torctl_event_kind(event) == TORCTL_EVENT_BW && seconds != 0) {
                remember(torctl_bw_read_bytes(event), torctl_bw_written_bytes(event));
                if (!is_screen) /* ctime() has the time of day after 11 characters */
                    printf("%.8s  download %.0f  upload %.0f bytes/s\n", ctime(&arrival) + 11,
                           bytes[0][DOWNLOAD], bytes[0][UPLOAD]);
                seconds--;
            }
            snprintf(why, 512, "tor went away: %s", torctl_state_event_message(event));
            torctl_event_free(event);
        }
    }
    if (is_screen)
        endwin();
    return status;
}

static int usage(const char *argument)
{
    const int is_help = strcmp(argument, "-h") == 0 || strcmp(argument, "--help") == 0;
    fputs("usage: bandwidth [ADDRESS [SECONDS]]\n", is_help ? stdout : stderr);
    if (is_help)
        puts("Draws a graph of what tor downloads and uploads, until a key or for SECONDS.\n"
             "Environment: TOR_CONTROL_PASSWD is the password, NO_COLOR=1 means no colours.\n"
             "ADDRESS: 127.0.0.1:9051 or unix:/run/tor/control. Default: the usual places.");
    return is_help ? 0 : 2;
}

int main(int argc, char **argv)
{
    const uint64_t kinds = TORCTL_KIND_BIT(TORCTL_EVENT_BW) | TORCTL_KIND_BIT(TORCTL_EVENT_STATE);
    torctl_controller *tor = NULL;
    torctl_queue *queue = NULL;
    torctl_error *err = NULL;
    char why[512] = "", *rest = "";
    const long seconds = argc > 2 ? strtol(argv[2], &rest, 10) : -1;

    if (argc > 3 || (argc > 2 && seconds < 1) || *rest != '\0' || (argc > 1 && argv[1][0] == '-'))
        return usage(argv[1]);
    setvbuf(stdout, NULL, _IOLBF, 0);
    torctl_options *options = torctl_options_new();
    int failed = torctl_options_set_address(options, argc > 1 ? argv[1] : NULL, &err) ||
                 torctl_options_set_password(options, getenv("TOR_CONTROL_PASSWD"), &err) ||
                 torctl_controller_new(options, &tor, &err) ||
                 torctl_controller_connect(tor, NULL, &err) ||
                 torctl_queue_new(tor, kinds, 0, 0, TORCTL_DROP_OLDEST, NULL, &queue, &err) ||
                 remember_past(tor, queue, &err);
    if (!failed) {
        for (const int *number = (int[]){SIGINT, SIGTERM, SIGHUP, SIGQUIT, 0}; *number; number++)
            sigaction(*number, &(struct sigaction){.sa_handler = on_signal}, NULL);
        failed = watch(queue, begin_screen(), seconds, why) == TORCTL_END;
    }
    if (failed)
        fprintf(stderr, "bandwidth: %s\n", err ? torctl_error_message(err) : why);
    torctl_queue_free(queue);
    torctl_controller_free(tor);
    torctl_options_free(options);
    torctl_error_free(err);
    return failed;
}
