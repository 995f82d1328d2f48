/* An event that the peer sent before a reply is in the queues before the request returns, and every
 * queue and listener sees the events in the order of the wire.
 *
 * ctest: unit timeout=60 mode=thread_free */
#include "peer.h"

enum { THREADS = 4 };

static const uint64_t WANTED = TORCTL_KIND_BIT(TORCTL_EVENT_NOTICE) |
                               TORCTL_KIND_BIT(TORCTL_EVENT_NS) |
                               TORCTL_KIND_BIT(TORCTL_EVENT_CONF_CHANGED);

/* How the event and the reply come. */
enum way { TOGETHER, APART, TORN, DRIPPED, BLOCK, LINES, WAYS };

struct sender {
    enum way way;
    int sent;
};

/* For "GETINFO KEY": an event that names the key and its number, then the reply. */
static int event_first(peer *p, const char *line, void *arg)
{
    struct sender *sender = arg;
    char key[64], text[512];
    if (sscanf(line, "GETINFO %63s", key) != 1)
        return peer_tor(p, line);
    int number = sender->sent++, size;
    switch (sender->way) {
    case BLOCK:
        size = snprintf(text, sizeof text, "650+NS %d %s\r\n250 OK\r\n..\r\n.\r\n650 OK\r\n",
                        number, key);
        break;
    case LINES:
        size = snprintf(text, sizeof text, "650-CONF_CHANGED %d %s\r\n650-A=b\r\n650 OK\r\n",
                        number, key);
        break;
    default:
        size = snprintf(text, sizeof text, "650 NOTICE %d %s\r\n", number, key);
    }
    int event_size = size;
    size += snprintf(text + size, sizeof text - (size_t)size, "250-%s=yes\r\n250 OK\r\n", key);
    switch (sender->way) {
    case APART:
        return peer_send(p, text, (size_t)event_size) &&
               peer_send(p, text + event_size, (size_t)(size - event_size));
    case TORN:
        /* The cut is in the middle of the reply. */
        return peer_send(p, text, (size_t)event_size + 9) &&
               peer_send(p, text + event_size + 9, (size_t)(size - event_size - 9));
    case DRIPPED:
        return peer_drip(p, text, (size_t)size);
    default:
        return peer_send(p, text, (size_t)size);
    }
}

/* The number of an event and its key. NOTICE has one argument, the others two. */
static int read_event(const torctl_event *event, char *key)
{
    int number = -1;
    const char *at = strchr(torctl_event_raw(event), ' ');
    if (torctl_event_kind(event) == TORCTL_EVENT_NOTICE && at != NULL)
        at = strchr(at + 1, ' ');
    key[0] = '\0';
    if (at == NULL || sscanf(at, " %d %63s", &number, key) != 2)
        fprintf(stderr, "no event of ours: %s\n", torctl_event_raw(event));
    return number;
}

static torctl_queue *new_queue(torctl_controller *tor)
{
    torctl_queue *queue = NULL;
    REQUIRE_STATUS(torctl_queue_new(tor, WANTED, 0, 0, TORCTL_DROP_OLDEST, NULL, &queue, NULL),
                   TORCTL_OK);
    return queue;
}

struct heard {
    int next;
    int calls;
};

static int32_t listens(const torctl_event *event, void *user_data)
{
    struct heard *heard = user_data;
    char key[64];
    CHECK_INT(read_event(event, key), heard->next++);
    ADD(heard->calls, 1);
    return 0;
}

/* What the listeners were given and what waits for them, at one moment. */
static uint64_t listener_events(const torctl_controller *tor)
{
    uint64_t delivered, backlog;
    do {
        delivered = torctl_listener_delivered(tor);
        backlog = torctl_listener_backlog(tor);
    } while (delivered != torctl_listener_delivered(tor));
    return delivered + backlog;
}

static void one_thread(enum way way)
{
    peer p;
    struct sender sender = {.way = way};
    peer_start(&p, event_first, &sender);
    torctl_controller *tor = peer_open(&p);
    torctl_queue *queue = new_queue(tor), *unread = new_queue(tor);
    struct heard heard = {0};
    REQUIRE_STATUS(torctl_listener_add(tor, WANTED, listens, &heard, NULL, NULL, NULL, NULL),
                   TORCTL_OK);
    int total = rounds(way == DRIPPED ? 500 : 3000);
    for (int round = 0; round < total && check_failures == 0; round++) {
        char key[64], got[64];
        torctl_values *values = NULL;
        torctl_event *event = NULL;
        snprintf(key, sizeof key, "key-%d", round);
        REQUIRE_STATUS(torctl_get_info(tor, key, NULL, &values, NULL), TORCTL_OK);
        CHECK_STR(torctl_values_find(values, key), "yes");
        torctl_values_free(values);
        CHECK_INT(listener_events(tor), round + 1);
        CHECK_INT(torctl_queue_backlog(unread), round + 1);
        CHECK_STATUS(torctl_queue_next(queue, 0, NULL, &event, NULL), TORCTL_OK);
        CHECK_INT(read_event(event, got), round);
        CHECK_STR(got, key);
        torctl_event_free(event);
    }
    CHECK_SOON(GET(heard.calls) == total, 10);
    torctl_controller_free(tor);
    torctl_queue_free(queue);
    torctl_queue_free(unread);
    peer_stop(&p);
}

struct asking {
    torctl_controller *tor;
    torctl_queue *queue;
    char wanted[64];
    int next;
    int is_found;
};

static int32_t look(const torctl_event *event, void *user_data)
{
    struct asking *a = user_data;
    char key[64];
    CHECK_INT(read_event(event, key), a->next++);
    a->is_found += strcmp(key, a->wanted) == 0;
    return 0;
}

static void *ask(void *arg)
{
    struct asking *a = arg;
    for (int round = 0; round < rounds(3000) && GET(check_failures) == 0; round++) {
        torctl_values *values = NULL;
        snprintf(a->wanted, sizeof a->wanted, "key-%p-%d", arg, round);
        REQUIRE_STATUS(torctl_get_info(a->tor, a->wanted, NULL, &values, NULL), TORCTL_OK);
        CHECK_STR(torctl_values_key(values, 0), a->wanted);
        torctl_values_free(values);
        a->is_found = 0;
        REQUIRE_STATUS(torctl_queue_drain(a->queue, 0, look, a, NULL, NULL), TORCTL_OK);
        CHECK_INT(a->is_found, 1);
    }
    return NULL;
}

/* Whichever thread reads the socket routes for all of them. */
static void several_threads(void)
{
    peer p;
    struct sender sender = {.way = TOGETHER};
    peer_start(&p, event_first, &sender);
    torctl_controller *tor = peer_open(&p);
    struct asking asking[THREADS];
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        asking[i] = (struct asking){.tor = tor, .queue = new_queue(tor)};
    for (int i = 0; i < THREADS; i++)
        threads[i] = start_thread(ask, &asking[i]);
    for (int i = 0; i < THREADS; i++)
        JOIN_SOON(threads[i], 50);
    for (int i = 0; i < THREADS; i++)
        torctl_queue_free(asking[i].queue);
    torctl_controller_free(tor);
    peer_stop(&p);
}

/* What comes around the answer to SETEVENTS is heard: subscribing before asking loses nothing. */
static int around_setevents(peer *p, const char *line, void *arg)
{
    (void)arg;
    if (strncmp(line, "SETEVENTS", 9) != 0)
        return peer_tor(p, line);
    return peer_puts(p, "650 NOTICE 0 before\r\n250 OK\r\n650 NOTICE 1 after\r\n");
}

static void nothing_is_lost_at_the_beginning(void)
{
    for (int round = 0; round < rounds(500); round++) {
        peer p;
        char key[64];
        torctl_event *event = NULL;
        peer_start(&p, around_setevents, NULL);
        torctl_controller *tor = peer_controller(&p, NULL, 1);
        torctl_queue *queue = NULL;
        /* Asked for by connecting, or by itself. */
        if (round % 2 == 0)
            queue = new_queue(tor);
        REQUIRE_STATUS(torctl_controller_connect(tor, NULL, NULL), TORCTL_OK);
        if (round % 2 == 1)
            queue = new_queue(tor);
        for (int i = 0; i < 2; i++) {
            CHECK_STATUS(torctl_queue_next(queue, HOUR_MS, NULL, &event, NULL), TORCTL_OK);
            CHECK_INT(read_event(event, key), i);
            torctl_event_free(event);
        }
        torctl_controller_free(tor);
        torctl_queue_free(queue);
        peer_stop(&p);
    }
}

int main(void)
{
    for (int way = 0; way < WAYS; way++)
        one_thread((enum way)way);
    several_threads();
    nothing_is_lost_at_the_beginning();
    return check_done();
}
