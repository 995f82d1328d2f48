/* The connection to tor, what went wrong with it, and Ctrl-C. */

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cli.h"

/* Failures -------------------------------------------------------------------------------------- */

int exit_code(torctl_status status)
{
    switch (status) {
    case TORCTL_OK:
        return CODE_OK;
    case TORCTL_ERR_INVALID:
        return CODE_USAGE;
    case TORCTL_ERR_CONNECT:
    case TORCTL_ERR_CLOSED:
    case TORCTL_ERR_STATE:
        return CODE_CONNECT;
    case TORCTL_ERR_AUTH:
        return CODE_AUTH;
    case TORCTL_ERR_TIMEOUT:
        return CODE_TIMEOUT;
    case TORCTL_ERR_FILTERED:
        return CODE_FILTERED;
    case TORCTL_ERR_REJECTED:
    case TORCTL_ERR_NOT_FOUND:
    case TORCTL_ERR_FAILED:
        return CODE_REFUSED;
    default:
        return CODE_SYSTEM;
    }
}

int failed_with(torctl_status status, const torctl_error *err)
{
    fflush(stdout);
    if (status == TORCTL_ERR_CANCELLED)
        return CODE_SYSTEM; /* Ctrl-C: main() ends by it */
    fprintf(stderr, "torctl: %s\n", err ? torctl_error_message(err) : torctl_status_name(status));
    return exit_code(status);
}

int failed(struct cli *cli, torctl_status status)
{
    return failed_with(status, cli->err);
}

/* Signals --------------------------------------------------------------------------------------- */

static volatile sig_atomic_t caught;
static const torctl_call *volatile cancelled_call;
static int wake_pipe[2] = {-1, -1};

/* The second Ctrl-C ends the program the usual way: SA_RESETHAND. */
static void on_signal(int number)
{
    const int errno_before = errno;
    caught = number;
    torctl_call_cancel(cancelled_call);
    if (write(wake_pipe[1], "", 1) < 0) {
        /* The pipe is full: whoever reads it knows already. */
    }
    errno = errno_before;
}

static void install_handlers(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESETHAND};

    sigemptyset(&action.sa_mask);
    for (const int *number = (int[]){SIGINT, SIGTERM, SIGHUP, 0}; *number; number++) {
        struct sigaction before;
        /* What nohup ignores stays ignored. */
        if (sigaction(*number, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(*number, &action, NULL);
    }
}

void catch_signals(struct cli *cli)
{
    if (cancelled_call != NULL || pipe(wake_pipe) != 0)
        return;
    for (int i = 0; i < 2; i++) {
        fcntl(wake_pipe[i], F_SETFD, FD_CLOEXEC);
        fcntl(wake_pipe[i], F_SETFL, O_NONBLOCK);
    }
    cancelled_call = cli->call;
    install_handlers();
}

void rearm_signals(struct cli *cli)
{
    torctl_call *spent = cli->call;
    char bytes[16];

    cli->call = torctl_call_new();
    cancelled_call = cli->call;
    torctl_call_free(spent);
    while (read(wake_pipe[0], bytes, sizeof bytes) > 0) {
    }
    caught = 0;
    install_handlers();
}

int is_interrupted(void)
{
    return caught;
}

int interrupt_fd(void)
{
    return wake_pipe[0];
}

void forget_signals(void)
{
    for (const int *number = (int[]){SIGINT, SIGTERM, SIGHUP, 0}; *number && cancelled_call != NULL;
         number++)
        signal(*number, SIG_IGN);
    cancelled_call = NULL;
}

void end_by_signal(void)
{
    signal(caught, SIG_DFL);
    raise(caught);
}

/* Files and passwords --------------------------------------------------------------------------- */

char *read_file(const char *path, size_t limit, size_t *size)
{
    const int is_input = strcmp(path, "-") == 0;
    FILE *file = is_input ? stdin : fopen(path, "re");
    char *text = NULL;
    size_t length = 0, got = 1;

    if (file == NULL)
        return NULL;
    while (got > 0 && length <= limit) {
        text = grow(text, length + 4097);
        got = fread(text + length, 1, 4096, file);
        length += got;
    }
    const int error = ferror(file) ? errno : length > limit ? EFBIG : 0;
    if (!is_input)
        fclose(file);
    if (error) {
        free(text);
        errno = error;
        return NULL;
    }
    text[length] = '\0';
    if (size != NULL)
        *size = length;
    return text;
}

static void wipe(char *text)
{
    for (volatile char *at = text; text != NULL && *at != '\0'; at++)
        *at = '\0';
}

/* The first line of a file. */
static int set_password_file(torctl_options *options, const char *path, torctl_error **err)
{
    char *text = read_file(path, 65536, NULL);

    if (text == NULL) {
        fprintf(stderr, "torctl: --password-file %s: %s\n", path, strerror(errno));
        return -1;
    }
    text[strcspn(text, "\r\n")] = '\0';
    const torctl_status status = torctl_options_set_password(options, text, err);
    wipe(text);
    free(text);
    return status == TORCTL_OK ? 0 : failed_with(status, *err);
}

/* Asks at the terminal, without showing what is typed. 0 if there is none. */
static int ask_password(torctl_options *options)
{
    struct termios shown, hidden;
    char text[1024];
    FILE *terminal = isatty(STDERR_FILENO) ? fopen("/dev/tty", "r+e") : NULL;
    int got = 0;

    if (terminal == NULL)
        return 0;
    if (tcgetattr(fileno(terminal), &shown) == 0) {
        hidden = shown;
        hidden.c_lflag &= ~(tcflag_t)ECHO;
        hidden.c_lflag |= ECHONL;
        setvbuf(terminal, NULL, _IONBF, 0);
        fputs("tor's control password: ", terminal);
        tcsetattr(fileno(terminal), TCSAFLUSH, &hidden);
        got = fgets(text, sizeof text, terminal) != NULL && !is_interrupted();
        tcsetattr(fileno(terminal), TCSAFLUSH, &shown);
        text[got ? strcspn(text, "\r\n") : 0] = '\0';
        got = got && torctl_options_set_password(options, text, NULL) == TORCTL_OK;
        wipe(text);
    }
    fclose(terminal);
    return got;
}

/* Connecting ------------------------------------------------------------------------------------ */

/* Seconds of the command line as milliseconds; 0 if they are none. */
static int32_t milliseconds(const char *seconds)
{
    char *end = NULL;
    const double number = strtod(seconds, &end);
    const int is_usable = end != seconds && *end == '\0' && number > 0 && number <= 2000000;
    return is_usable ? (int32_t)ceil(number * 1000) : 0;
}

int32_t timeout_ms(const struct cli *cli, int32_t otherwise)
{
    const char *seconds = cli->values[OPTION_TIMEOUT];
    return seconds ? milliseconds(seconds) : otherwise;
}

torctl_options *connection_options(struct cli *cli)
{
    const char *const *values = cli->values;
    torctl_options *options = torctl_options_new();
    const int32_t timeout = timeout_ms(cli, 30000);
    torctl_status status = TORCTL_OK;

    if (timeout <= 0) {
        usage_error(cli, "--timeout %s: seconds are expected, above 0", values[OPTION_TIMEOUT]);
        torctl_options_free(options);
        return NULL;
    }
    if (values[OPTION_CONNECT])
        status = torctl_options_set_address(options, values[OPTION_CONNECT], &cli->err);
    if (!status && values[OPTION_PORT_FILE])
        status = torctl_options_set_port_file(options, values[OPTION_PORT_FILE], &cli->err);
    if (!status && values[OPTION_COOKIE_FILE])
        status = torctl_options_set_cookie_file(options, values[OPTION_COOKIE_FILE], &cli->err);
    if (!status)
        status = torctl_options_set_connect_timeout_ms(options, timeout, &cli->err);
    if (!status)
        status = torctl_options_set_timeout_ms(options, timeout, &cli->err);
    if (!status && cli->record_file)
        status = torctl_options_set_record_file(options, cli->record_file, &cli->err);
    if (!status && cli->replay_file)
        status = torctl_options_set_replay_file(options, cli->replay_file, &cli->err);
    if (!status && cli->trace != NULL)
        status = torctl_options_set_trace(options, cli->trace, NULL, NULL, &cli->err);
    if (status)
        failed(cli, status);
    if (status || (values[OPTION_PASSWORD_FILE] &&
                   set_password_file(options, values[OPTION_PASSWORD_FILE], &cli->err) != 0)) {
        torctl_options_free(options);
        return NULL;
    }
    return options;
}

static torctl_status connect_with(struct cli *cli, const torctl_options *options, int how)
{
    torctl_status status = torctl_controller_new(options, &cli->tor, &cli->err);

    if (status == TORCTL_OK && how == CONNECT_START)
        status = torctl_controller_start(cli->tor, &cli->err);
    else if (status == TORCTL_OK)
        status = torctl_controller_connect(cli->tor, cli->call, &cli->err);
    if (status != TORCTL_OK) {
        torctl_controller_free(cli->tor);
        cli->tor = NULL;
    }
    return status;
}

int connect_tor(struct cli *cli, int how)
{
    torctl_options *options = connection_options(cli);
    torctl_status status = TORCTL_OK;

    if (options == NULL)
        return CODE_USAGE;
    catch_signals(cli);
    if (how != CONNECT_ONCE)
        status = torctl_options_set_reconnect(options, 1, &cli->err);
    if (status == TORCTL_OK)
        status = connect_with(cli, options, how);
    /* A recording is made once, so with one there is no second attempt. */
    if (status == TORCTL_ERR_AUTH &&
        torctl_error_reason(cli->err) == TORCTL_REASON_AUTH_NOTHING_GIVEN &&
        cli->record_file == NULL && ask_password(options)) {
        torctl_error_free(cli->err);
        status = connect_with(cli, options, how);
    }
    torctl_options_free(options);
    return status == TORCTL_OK ? CODE_OK : failed(cli, status);
}
