/*
 * bandwidth: a graph of what tor downloads and uploads, in the terminal.
 *
 *     make bin/bandwidth && bin/bandwidth [--port PORT | --socket PATH] [--plain] [--seconds N]
 *
 * Shows the last 40 seconds or more, as many as the terminal is wide, beginning with the past that
 * tor remembers. Any key and Ctrl-C end it; when tor goes away it says so and ends with status 1.
 * With --plain, or without a terminal that can be drawn on, it prints a line a second instead:
 *
 *     12:30:01  download 412031  upload 103960 bytes/s
 *
 * What to look at: main() opens a controller with options and an event queue, remember_past() asks
 * for the past and neither misses nor counts twice what happens meanwhile, and watch() waits for
 * the queue, the keyboard and signals in one poll loop.
 *
 * --port takes 9051 or 192.0.2.7:9051. Without --port and --socket the usual places are tried. A
 * password, if this tor wants one, comes from the environment, as TOR_CONTROL_PASSWD.
 */

#define _GNU_SOURCE /* ppoll() */

#include <curses.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <torctl.h>

/* A pipe, which holds a byte once it is time to stop. */
static int stop[2];

static void ask_to_stop(int signal_number)
{
    (void)!write(stop[1], &signal_number, 1);
}

/* The past --------------------------------------------------------------------------------------*/

/* Bytes in each second. Second n, counted from the first that is known, stands at n % HISTORY. */
#define HISTORY 1024
enum direction { DOWNLOAD, UPLOAD };
static uint64_t bytes_in[2][HISTORY];
static long second_count;

static void remember(uint64_t downloaded, uint64_t uploaded)
{
    bytes_in[DOWNLOAD][second_count % HISTORY] = downloaded;
    bytes_in[UPLOAD][second_count % HISTORY] = uploaded;
    second_count++;
}

/*
 * Asks for the last five minutes, which tor knows if anybody listened then: "read,written
 * read,written ...". The queue is there already, so nothing is missed; what has come into it before
 * the answer is part of the answer.
 */
static torctl_status remember_past(torctl_controller *tor, torctl_queue *queue, torctl_error **err)
{
    torctl_values *values = NULL;
    torctl_event *event = NULL;
    torctl_status status = torctl_get_info(tor, "bw-event-cache", NULL, &values, err);
    const char *at = torctl_values_value(values, 0);
    uint64_t downloaded, uploaded;
    int length = 0;

    while (sscanf(at, "%" SCNu64 ",%" SCNu64 " %n", &downloaded, &uploaded, &length) == 2) {
        remember(downloaded, uploaded);
        at += length;
    }
    while (torctl_queue_next(queue, 0, NULL, &event, NULL) == TORCTL_OK)
        torctl_event_free(event);
    torctl_values_free(values);
    return status;
}

/* The graph -------------------------------------------------------------------------------------*/

#define GUTTER 9 /* columns for the labels at the left */
static char title[256];

/* Writes an amount with its unit and three digits, as "4.21 MB". */
static const char *amount(double bytes, char text[static 16])
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
    int unit = 0;

    for (; bytes >= 999.5 && unit < 4; unit++)
        bytes /= 1000;
    snprintf(text, 16, "%.*f %s", unit == 0 || bytes >= 99.95 ? 0 : bytes >= 9.995 ? 1 : 2, bytes,
             units[unit]);
    return text;
}

/*
 * The mean rate over the seconds that a column stands for; column 0 is now. Seconds stay together
 * as they move to the left, so that a bar keeps its height.
 */
static double column_rate(enum direction direction, long column, long seconds_each)
{
    long first = ((second_count - 1) / seconds_each - column) * seconds_each;
    long count = 0;
    double sum = 0;

    for (long second = first; second < first + seconds_each; second++) {
        if (second >= 0 && second < second_count && second >= second_count - HISTORY) {
            sum += (double)bytes_in[direction][second % HISTORY];
            count++;
        }
    }
    return count ? sum / (double)count : 0;
}

/* The first of 1, 1.5, 2, 3, 4, 6, 8, 10, 15, ... kB that is not less than a rate. */
static double scale_for(double rate)
{
    static const double steps[] = {1, 1.5, 2, 3, 4, 6, 8};
    double unit = 1000;
    int step = 0;

    while (steps[step] * unit < rate) {
        step = (step + 1) % 7;
        if (step == 0)
            unit *= 10;
    }
    return steps[step] * unit;
}

/* Draws a bar upwards from a cell. */
static void draw_bar(int y, int x, int eighths)
{
    static const char *const blocks[] = {"", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    int has_blocks = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;

    for (; eighths > 0; eighths -= 8, y--) {
        if (has_blocks)
            mvaddstr(y, x, blocks[eighths < 8 ? eighths : 8]);
        else
            mvaddch(y, x, eighths < 4 ? '_' : ' ' | A_REVERSE);
    }
}

static void draw_rate(enum direction direction, int y, int x, int width)
{
    char text[64], rate[16];

    snprintf(text, sizeof text, "%-9s%s/s", direction == DOWNLOAD ? "Download" : "Upload",
             amount(second_count ? column_rate(direction, 0, 1) : 0, rate));
    attron(A_BOLD | COLOR_PAIR(direction + 1));
    mvaddnstr(y, x, text, width);
    attroff(A_BOLD | COLOR_PAIR(direction + 1));
}

static void draw_graph(enum direction direction, int top, int bottom, int left, int width)
{
    int columns = width - GUTTER, rows = bottom - top - 1;
    int seconds_each = (40 + columns - 1) / columns;
    double most = 0;
    char text[16];

    for (int column = 0; column < columns; column++) {
        double rate = column_rate(direction, column, seconds_each);
        most = rate > most ? rate : most;
    }
    double scale = scale_for(most);

    draw_rate(direction, top, left, width);
    mvprintw(top + 1, left, "%8s", amount(scale, text));
    if (rows >= 5)
        mvprintw(top + 1 + rows / 2, left, "%8s", amount(scale / 2, text));
    mvprintw(bottom - 1, left, "%8s", "0 B");
    mvprintw(bottom, left + GUTTER, "-%d s", columns * seconds_each);
    if (columns >= 12)
        mvprintw(bottom, left + width - 3, "now");

    attron(COLOR_PAIR(direction + 1));
    for (int column = 0; column < columns; column++) {
        double rate = column_rate(direction, column, seconds_each);
        int eighths = (int)(rate / scale * rows * 8);
        draw_bar(bottom - 1, left + width - 1 - column, rate > 0 && eighths == 0 ? 1 : eighths);
    }
    attroff(COLOR_PAIR(direction + 1));
}

static void draw(void)
{
    int width = (COLS - 2) / 2, top = LINES >= 8 ? 2 : 0;

    erase();
    if (width >= GUTTER + 6 && LINES >= 5) {
        if (top)
            mvaddnstr(0, 0, title, COLS);
        draw_graph(DOWNLOAD, top, LINES - 1, 0, width);
        draw_graph(UPLOAD, top, LINES - 1, COLS - width, width);
    } else {
        draw_rate(DOWNLOAD, 0, 0, COLS);
        draw_rate(UPLOAD, 1, 0, COLS);
    }
    refresh();
}

/* Takes the screen, if there is one on which the cursor can be moved about. */
static int begin_screen(void)
{
    SCREEN *screen = NULL;

    setlocale(LC_CTYPE, "");
    if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
        screen = newterm(NULL, stdout, stdin);
    if (!screen)
        return 0;
    if (!tigetstr("cup")) {
        endwin();
        delscreen(screen);
        return 0;
    }
    cbreak();
    noecho();
    flushinp(); /* keys that were pressed before are not meant for us */
    nodelay(stdscr, TRUE);
    curs_set(0);
    if (has_colors() && start_color() == OK && use_default_colors() == OK) {
        init_pair(DOWNLOAD + 1, COLOR_GREEN, -1);
        init_pair(UPLOAD + 1, COLOR_CYAN, -1);
    }
    return 1;
}

/* The program -----------------------------------------------------------------------------------*/

static void print_second(const torctl_event *event)
{
    time_t seconds = (time_t)(torctl_event_arrival_unix_us(event) / 1000000);
    char clock[16] = "";

    strftime(clock, sizeof clock, "%H:%M:%S", localtime(&seconds));
    printf("%s  download %" PRIu64 "  upload %" PRIu64 " bytes/s\n", clock,
           torctl_bw_read_bytes(event), torctl_bw_written_bytes(event));
}

/*
 * Shows what comes until it is time to stop. Returns TORCTL_EMPTY if the user has ended it, and
 * TORCTL_END if tor has; `*farewell` is then the event that says why.
 */
static torctl_status watch(const torctl_queue *queue, int on_screen, long seconds,
                           torctl_event **farewell, torctl_error **err)
{
    struct pollfd fds[] = {
        {.fd = torctl_queue_fd(queue), .events = POLLIN},
        {.fd = stop[0], .events = POLLIN},
        {.fd = on_screen ? STDIN_FILENO : -1, .events = POLLIN},
    };
    torctl_status status = TORCTL_EMPTY;
    torctl_event *event = NULL;
    sigset_t resized, before;

    /*
     * A change of the terminal's size interrupts the wait, and only the wait, so that none can come
     * unseen just before it. getch() then tells curses.
     */
    sigemptyset(&resized);
    sigaddset(&resized, SIGWINCH);
    pthread_sigmask(SIG_BLOCK, &resized, &before);

    while (status == TORCTL_EMPTY && seconds != 0 && !fds[1].revents && !fds[2].revents) {
        if (on_screen)
            draw();
        if (ppoll(fds, 3, NULL, &before) < 0 && errno != EINTR)
            break;
        if (on_screen && getch() == KEY_RESIZE)
            fds[2].revents = 0;
        while ((status = torctl_queue_next(queue, 0, NULL, &event, err)) == TORCTL_OK) {
            if (torctl_event_kind(event) == TORCTL_EVENT_BW && seconds != 0) {
                remember(torctl_bw_read_bytes(event), torctl_bw_written_bytes(event));
                seconds -= seconds > 0;
                if (!on_screen)
                    print_second(event);
            }
            if (torctl_state_event_state(event) == TORCTL_STATE_CLOSED && !*farewell)
                *farewell = event;
            else
                torctl_event_free(event);
        }
    }
    return status;
}

static int usage(FILE *stream)
{
    fprintf(stream, "usage: bandwidth [--port PORT | --socket PATH] [--plain] [--seconds N]\n");
    return stream == stdout ? 0 : 2;
}

int main(int argc, char **argv)
{
    static const struct option long_options[] = {
        {"port", required_argument, NULL, 'p'},    {"socket", required_argument, NULL, 's'},
        {"plain", no_argument, NULL, 'l'},         {"seconds", required_argument, NULL, 'n'},
        {"help", no_argument, NULL, 'h'},          {NULL, 0, NULL, 0},
    };
    const uint64_t kinds =
        TORCTL_KIND_BIT(TORCTL_EVENT_BW) | TORCTL_KIND_BIT(TORCTL_EVENT_STATE);
    struct sigaction action = {.sa_handler = ask_to_stop};
    const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    torctl_options *options = NULL;
    torctl_controller *tor = NULL;
    torctl_queue *queue = NULL;
    torctl_values *version = NULL;
    torctl_event *farewell = NULL;
    torctl_error *err = NULL;
    torctl_status status;
    char address[1024] = "", *rest = "";
    int letter, plain = 0, on_screen = 0;
    long seconds = -1;

    while ((letter = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
        if (letter == 'p')
            snprintf(address, sizeof address, strchr(optarg, ':') ? "%s" : "127.0.0.1:%s", optarg);
        else if (letter == 's')
            snprintf(address, sizeof address, "unix:%s", optarg);
        else if (letter == 'l')
            plain = 1;
        else if (letter == 'n')
            seconds = strtol(optarg, &rest, 10);
        else
            return usage(letter == 'h' ? stdout : stderr);
    }
    if (optind < argc || *rest || seconds == 0 || seconds < -1)
        return usage(stderr);
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (pipe(stop) != 0) {
        perror("bandwidth");
        return 1;
    }

    options = torctl_options_new();
    status = torctl_options_set_address(options, *address ? address : NULL, &err);
    if (status == TORCTL_OK)
        status = torctl_options_set_password(options, getenv("TOR_CONTROL_PASSWD"), &err);
    if (status == TORCTL_OK)
        status = torctl_controller_new(options, &tor, &err);
    if (status == TORCTL_OK)
        status = torctl_controller_connect(tor, NULL, &err);
    if (status == TORCTL_OK)
        status = torctl_queue_new(tor, kinds, 0, 0, TORCTL_DROP_OLDEST, NULL, &queue, &err);
    if (status == TORCTL_OK)
        status = remember_past(tor, queue, &err);
    if (status == TORCTL_OK)
        status = torctl_get_info(tor, "version", NULL, &version, &err);
    if (status == TORCTL_OK) {
        /* Until here a signal ends the program at once. */
        for (size_t index = 0; index < sizeof signals / sizeof *signals; index++)
            sigaction(signals[index], &action, NULL);
        snprintf(title, sizeof title, "tor %s  %s  (any key ends)",
                 torctl_values_value(version, 0), address);
        on_screen = !plain && begin_screen();
        status = watch(queue, on_screen, seconds, &farewell, &err);
        if (on_screen) {
            flushinp(); /* a key may have sent more than one byte */
            erase(); /* for terminals without a second screen */
            refresh();
            endwin();
        }
    }

    if (status == TORCTL_END)
        fprintf(stderr, "bandwidth: tor went away: %s\n", torctl_state_event_message(farewell));
    else if (status < 0)
        fprintf(stderr, "bandwidth: %s\n", torctl_error_message(err));
    if (status == TORCTL_ERR_AUTH && !getenv("TOR_CONTROL_PASSWD"))
        fprintf(stderr, "bandwidth: a password can be given in TOR_CONTROL_PASSWD\n");
    torctl_event_free(farewell);
    torctl_values_free(version);
    torctl_queue_free(queue);
    torctl_controller_free(tor);
    torctl_options_free(options);
    torctl_error_free(err);
    close(stop[0]);
    close(stop[1]);
    return status != TORCTL_EMPTY;
}
