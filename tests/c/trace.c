/* What a trace shows and when: the order of the wire with several threads, commands in pieces, calls
 * from inside the function, the end, and a recording for which there is no room.
 *
 * ctest: unit mode=thread_free
 */
#include "peer.h"

#include <sys/resource.h>

struct trace {
    torctl_controller *tor;
    pthread_mutex_t lock;
    char *text; /* a letter for the direction and the line, each ended by LF */
    size_t size;
    int inside, gone, closes, asks;
    int refused[2];
};

static void show(int32_t direction, int64_t time_unix_us, const char *line, size_t size,
                 void *user_data)
{
    struct trace *trace = user_data;
    CHECK(time_unix_us > 1600000000000000);
    CHECK_INT(ADD(trace->inside, 1), 1); /* one at a time */
    pthread_mutex_lock(&trace->lock);
    trace->text = realloc(trace->text, trace->size + size + 3);
    REQUIRE(trace->text != NULL);
    trace->text[trace->size] = torctl_trace_direction_name(direction)[0];
    memcpy(trace->text + trace->size + 1, line, size);
    trace->size += size + 2;
    trace->text[trace->size - 1] = '\n';
    trace->text[trace->size] = '\0';
    pthread_mutex_unlock(&trace->lock);
    if (trace->asks && strcmp(line, "250-version=value of version") == 0) {
        torctl_values *values = NULL;
        torctl_pending *pending = NULL;
        torctl_queue *queue = NULL;
        CHECK_INT(torctl_controller_state(trace->tor), TORCTL_STATE_READY);
        trace->refused[0] = torctl_get_info(trace->tor, "b", NULL, &values, NULL);
        trace->refused[1] =
            torctl_request_start(trace->tor, "GETINFO b", NULL, 0, NULL, &pending, NULL);
        /* A queue is there without asking, and nothing comes while it is waited for here. */
        CHECK_STATUS(torctl_queue_new(trace->tor, TORCTL_KIND_BIT(TORCTL_EVENT_STATE), 0, 0,
                                      TORCTL_DROP_OLDEST, NULL, &queue, NULL),
                     TORCTL_OK);
        torctl_event *event = NULL;
        CHECK_STATUS(torctl_queue_next(queue, -1, NULL, &event, NULL), TORCTL_EMPTY);
        torctl_queue_free(queue);
        trace->asks = 0;
    }
    if (trace->closes && strncmp(line, "250", 3) == 0)
        torctl_controller_close(trace->tor);
    ADD(trace->inside, -1);
}

static void gone(void *user_data)
{
    struct trace *trace = user_data;
    ADD(trace->gone, 1);
}

static torctl_options *options_of(struct trace *trace)
{
    torctl_options *options = torctl_options_new();
    memset(trace, 0, sizeof *trace);
    pthread_mutex_init(&trace->lock, NULL);
    REQUIRE_STATUS(torctl_options_set_trace(options, show, trace, gone, NULL), TORCTL_OK);
    return options;
}

static torctl_controller *open_traced(peer *p, struct trace *trace)
{
    torctl_options *options = options_of(trace);
    trace->tor = peer_open_with(p, options);
    torctl_options_free(options);
    CHECK_INT(GET(trace->gone), 0);
    return trace->tor;
}

static void done(struct trace *trace)
{
    CHECK_INT(GET(trace->gone), 1);
    pthread_mutex_destroy(&trace->lock);
    free(trace->text);
}

/* The lines of one direction. */
static char *lines_of(const struct trace *trace, char direction)
{
    char *text = calloc(1, trace->size + 1), *end = text;
    REQUIRE(text != NULL);
    for (const char *at = trace->text; *at != '\0'; at = strchr(at, '\n') + 1)
        if (*at == direction) {
            size_t size = strcspn(at, "\n");
            memcpy(end, at + 1, size); /* with the LF */
            end += size;
        }
    return text;
}

enum { THREADS = 4, ASKED = 200 };

static void *ask_often(void *arg)
{
    torctl_controller *tor = arg;
    for (int i = 0; i < rounds(ASKED); i++) {
        torctl_values *values = NULL;
        CHECK_STATUS(torctl_get_info(tor, i % 2 ? "a" : "b", NULL, &values, NULL), TORCTL_OK);
        torctl_values_free(values);
    }
    return NULL;
}

/* Each answer behind its command, and the commands as the peer got them. */
static void order(void)
{
    peer p;
    struct trace trace;
    pthread_t threads[THREADS];
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = open_traced(&p, &trace);
    for (int i = 0; i < THREADS; i++)
        threads[i] = start_thread(ask_often, tor);
    for (int i = 0; i < THREADS; i++)
        JOIN_SOON(threads[i], 60);
    torctl_controller_free(tor);
    CHECK_SOON(GET(p.is_over), 30);
    char *ours = lines_of(&trace, 'O');
    CHECK_STR(ours, p.log);
    free(ours);
    int asked = 0, answered = 0;
    for (const char *at = trace.text; *at != '\0'; at = strchr(at, '\n') + 1) {
        asked += strncmp(at, "OGETINFO", 8) == 0;
        answered += strncmp(at, "I250 OK", 7) == 0;
        CHECK(answered <= asked);
    }
    CHECK_INT(answered, THREADS * rounds(ASKED));
    peer_stop(&p);
    done(&trace);
}

static int may_answer;

/* Stalls, and answers data once. */
static int slowly(peer *p, const char *line, void *arg)
{
    (void)arg;
    if (strcmp(line, "GETINFO first") == 0)
        CHECK_SOON(GET(may_answer), 60);
    return strncmp(line, "data ", 5) == 0 || line[0] == '+' ? 1 : peer_tor(p, line);
}

/* A command that the socket takes in pieces is shown once, when all of it is written. */
static void pieces(void)
{
    enum { LINES = 20000 };
    peer p;
    struct trace trace;
    torctl_pending *first = NULL, *second = NULL;
    torctl_reply *reply = NULL;
    char *data = malloc(LINES * 48);
    size_t size = 0;
    REQUIRE(data != NULL);
    for (int i = 0; i < LINES; i++)
        size += (size_t)sprintf(data + size, "data %030d\n", i);
    peer_start(&p, slowly, NULL);
    torctl_controller *tor = open_traced(&p, &trace);
    REQUIRE_STATUS(torctl_request_start(tor, "GETINFO first", NULL, 0, NULL, &first, NULL),
                   TORCTL_OK);
    REQUIRE_STATUS(torctl_request_start(tor, "+POSTDESCRIPTOR", data, size, NULL, &second, NULL),
                   TORCTL_OK);
    torctl_call *call = torctl_call_new();
    torctl_call_set_timeout_ms(call, 50);
    /* This writes: as much as the socket takes. */
    CHECK_STATUS(torctl_request(tor, "GETINFO third", NULL, 0, call, NULL, NULL),
                 TORCTL_ERR_TIMEOUT);
    torctl_call_free(call);
    pthread_mutex_lock(&trace.lock);
    CHECK(strstr(trace.text, "OGETINFO first\n") != NULL);
    CHECK(strstr(trace.text, "O.\n") == NULL);
    pthread_mutex_unlock(&trace.lock);
    SET(may_answer, 1);
    CHECK_STATUS(torctl_pending_wait(first, &reply, NULL), TORCTL_OK);
    torctl_reply_free(reply);
    CHECK_STATUS(torctl_pending_wait(second, &reply, NULL), TORCTL_OK);
    torctl_reply_free(reply);
    torctl_pending_free(first);
    torctl_pending_free(second);
    torctl_controller_free(tor);
    CHECK_SOON(GET(p.is_over), 30);
    char *ours = lines_of(&trace, 'O');
    CHECK(strcmp(ours, p.log) == 0);
    CHECK(strstr(ours, "\n.\n") != NULL);
    free(ours);
    free(data);
    peer_stop(&p);
    done(&trace);
}

static void from_inside(void)
{
    peer p;
    struct trace trace;
    torctl_values *values = NULL;
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = open_traced(&p, &trace);
    trace.asks = 1;
    CHECK_STATUS(torctl_get_info(tor, "version", NULL, &values, NULL), TORCTL_OK);
    torctl_values_free(values);
    CHECK_INT(trace.asks, 0);
    CHECK_STATUS(trace.refused[0], TORCTL_ERR_STATE);
    CHECK_STATUS(trace.refused[1], TORCTL_ERR_STATE);
    CHECK_INT(peer_count(&p, "GETINFO b"), 0);
    /* Outside it is asked as before. */
    CHECK_STATUS(torctl_get_info(tor, "b", NULL, &values, NULL), TORCTL_OK);
    torctl_values_free(values);
    trace.closes = 1;
    torctl_status status = torctl_get_info(tor, "c", NULL, &values, NULL);
    CHECK(status == TORCTL_OK || status == TORCTL_ERR_CLOSED);
    torctl_values_free(values);
    CHECK_INT(torctl_controller_state(tor), TORCTL_STATE_CLOSED);
    CHECK(strstr(trace.text, "CENDED CAUSE=LOCAL\n") != NULL);
    CHECK(strstr(trace.text, "OQUIT\n") != NULL);
    torctl_controller_free(tor);
    peer_stop(&p);
    done(&trace);
}

/* The thread that reads may be the library's. */
static void from_the_io_thread(void)
{
    peer p;
    struct trace trace;
    torctl_queue *queue = NULL;
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = open_traced(&p, &trace);
    REQUIRE_STATUS(torctl_queue_new(tor, TORCTL_KIND_BIT(TORCTL_EVENT_BW), 0, 0, TORCTL_DROP_OLDEST,
                                    NULL, &queue, NULL),
                   TORCTL_OK);
    trace.closes = 1;
    peer_say(&p, "650 BW 1 2\r\n250 unasked\r\n");
    CHECK_SOON(torctl_controller_state(tor) == TORCTL_STATE_CLOSED, 30);
    torctl_event *event = NULL;
    torctl_status status;
    while ((status = torctl_queue_next(queue, HOUR_MS, NULL, &event, NULL)) == TORCTL_OK)
        torctl_event_free(event);
    CHECK_STATUS(status, TORCTL_END);
    torctl_queue_free(queue);
    torctl_controller_free(tor);
    CHECK(strstr(trace.text, "I650 BW 1 2\nI250 unasked\nCENDED CAUSE=") != NULL);
    peer_stop(&p);
    done(&trace);
}

static void who_owns_what(void)
{
    struct trace first, second;
    torctl_options *options = options_of(&first);
    torctl_options_free(options_of(&second));
    done(&second);
    CHECK_STATUS(torctl_options_set_trace(NULL, show, &first, gone, NULL), TORCTL_ERR_INVALID);
    CHECK_INT(first.gone, 1);
    first.gone = 0;
    memset(&second, 0, sizeof second);
    pthread_mutex_init(&second.lock, NULL);
    CHECK_STATUS(torctl_options_set_trace(options, show, &second, gone, NULL), TORCTL_OK);
    done(&first);
    CHECK_STATUS(torctl_options_set_trace(options, NULL, NULL, NULL, NULL), TORCTL_OK);
    done(&second);
    torctl_options_free(options);
}

/* A full disk: the recording ends behind a whole line, and the program goes on. */
static void no_room(void)
{
    char path[256], text[65536];
    struct rlimit limit, small = {4096, RLIM_INFINITY};
    peer p;
    torctl_values *values = NULL;
    torctl_options *options = torctl_options_new();
    snprintf(path, sizeof path, "/tmp/torctl-no-room-%d.txt", (int)getpid());
    unlink(path);
    REQUIRE_STATUS(torctl_options_set_record_file(options, path, NULL), TORCTL_OK);
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_open_with(&p, options);
    torctl_options_free(options);
    signal(SIGXFSZ, SIG_IGN);
    REQUIRE(getrlimit(RLIMIT_FSIZE, &limit) == 0);
    small.rlim_max = limit.rlim_max;
    REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
    for (int i = 0; i < 100; i++) {
        REQUIRE_STATUS(torctl_get_info(tor, "version", NULL, &values, NULL), TORCTL_OK);
        torctl_values_free(values);
        if (i == 0)
            CHECK_INT(torctl_controller_record_errno(tor), 0);
    }
    REQUIRE(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    CHECK_INT(torctl_controller_record_errno(tor), EFBIG);
    CHECK_INT(torctl_controller_state(tor), TORCTL_STATE_READY);
    torctl_controller_free(tor);
    peer_stop(&p);
    FILE *file = fopen(path, "r");
    REQUIRE(file != NULL);
    size_t size = fread(text, 1, sizeof text, file);
    fclose(file);
    CHECK(size > 2000 && size <= 4096 && text[size - 1] == '\n');
    /* What is there can be played. */
    options = torctl_options_new();
    CHECK_STATUS(torctl_options_set_replay_file(options, path, NULL), TORCTL_OK);
    torctl_options_free(options);
    unlink(path);

    options = torctl_options_new();
    CHECK_STATUS(torctl_options_set_record_file(options, "", NULL), TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_options_set_record_file(options, "/nowhere/at/all", NULL), TORCTL_OK);
    CHECK_STATUS(torctl_controller_new(options, &tor, NULL), TORCTL_ERR_SYSTEM);
    torctl_options_free(options);
    CHECK_INT(torctl_controller_record_errno(NULL), 0);
}

int main(void)
{
    order();
    pieces();
    from_inside();
    from_the_io_thread();
    who_owns_what();
    no_room();
    return check_done();
}
