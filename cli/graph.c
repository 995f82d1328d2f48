/* graph: what tor downloads and uploads, drawn by the code of the example bandwidth. */

#define _GNU_SOURCE 1 /* ppoll() */

#include "cli.h"

#ifdef HAVE_CURSES

#define main example_main
#include "../c-examples/bandwidth.c"
#undef main

static int draw_until_end(struct cli *cli, long seconds)
{
    const uint64_t kinds = TORCTL_KIND_BIT(TORCTL_EVENT_BW) | TORCTL_KIND_BIT(TORCTL_EVENT_STATE);
    torctl_queue *queue = NULL;
    char why[512] = "";
    const int code = connect_tor(cli, CONNECT_ONCE);

    if (code != CODE_OK)
        return code;
    torctl_status status =
        torctl_queue_new(cli->tor, kinds, 0, 0, TORCTL_DROP_OLDEST, cli->call, &queue, &cli->err);
    if (status == TORCTL_OK)
        status = remember_past(cli->tor, queue, &cli->err);
    if (status != TORCTL_OK) {
        torctl_queue_free(queue);
        return failed(cli, status);
    }
    forget_signals();
    for (const int *number = (int[]){SIGINT, SIGTERM, SIGHUP, SIGQUIT, 0}; *number; number++)
        sigaction(*number, &(struct sigaction){.sa_handler = on_signal}, NULL);
    setvbuf(stdout, NULL, _IOLBF, 0);
    status = watch(queue, begin_screen(), seconds, why);
    torctl_queue_free(queue);
    if (status != TORCTL_END)
        return CODE_OK;
    fprintf(stderr, "torctl: %s\n", why);
    return CODE_CONNECT;
}

#else

static int draw_until_end(struct cli *cli, long seconds)
{
    (void)seconds;
    return usage_error(
        cli, "this torctl was built without curses; --json and torctl events BW go without it");
}

#endif

int run_graph(struct cli *cli)
{
    static char *const kinds[] = {"BW", NULL};
    const long seconds = option_number(cli, OPTION_SECONDS, -1);

    if (cli->values[OPTION_SECONDS] && seconds < 1)
        return usage_error(cli, "--seconds %s: a number above 0 is expected",
                           cli->values[OPTION_SECONDS]);
    if (!cli->is_json)
        return draw_until_end(cli, seconds);
    /* As lines it is the events. */
    cli->arguments = (char **)kinds;
    cli->argument_count = 1;
    cli->values[OPTION_COUNT_EVENTS] = cli->values[OPTION_SECONDS];
    return run_events(cli);
}
