/* Listeners: removed means removed, from outside, by themselves, by each other; destroyed exactly
 * once on every path; one that fails is reported with its event, and the others go on.
 *
 * ctest: unit timeout=60 mode=thread_free */
#include "peer.h"

#include "task.h"

static const uint64_t BW = TORCTL_KIND_BIT(TORCTL_EVENT_BW);

struct listener {
    torctl_controller *tor;
    uint64_t id;
    int calls;
    int destroyed;
    int is_running;
    int is_removed;
    int faults;
    struct listener *other;
    int (*act)(struct listener *, const torctl_event *);
};

static int32_t listens(const torctl_event *event, void *user_data)
{
    struct listener *l = user_data;
    int status = 0;
    /* One at a time, and never after it was removed or destroyed. */
    if (ADD(l->is_running, 1) != 1 || GET(l->destroyed) || GET(l->is_removed))
        ADD(l->faults, 1);
    ADD(l->calls, 1);
    if (l->act != NULL)
        status = l->act(l, event);
    ADD(l->is_running, -1);
    return status;
}

static void destroys(void *user_data)
{
    struct listener *l = user_data;
    if (GET(l->is_running))
        ADD(l->faults, 1);
    ADD(l->destroyed, 1);
}

static void add(torctl_controller *tor, struct listener *l)
{
    uint64_t id = 0;
    l->tor = tor;
    REQUIRE_STATUS(torctl_listener_add(tor, BW, listens, l, destroys, NULL, &id, NULL), TORCTL_OK);
    SET(l->id, id);
    CHECK(id != 0);
}

/* Returns when what was sent has been routed. */
static void sync_with(torctl_controller *tor)
{
    CHECK_STATUS(torctl_signal(tor, TORCTL_SIGNAL_HEARTBEAT, NULL, NULL), TORCTL_OK);
}

static void heard_by_all(torctl_controller *tor)
{
    sync_with(tor);
    CHECK_SOON(torctl_listener_backlog(tor) == 0, 10);
}

struct bw {
    peer *p;
    int stop;
};

static void *flood(void *arg)
{
    struct bw *bw = arg;
    while (!GET(bw->stop))
        peer_puts(bw->p, "650 BW 1 2\r\n650 BW 3 4\r\n650 BW 5 6\r\n");
    return NULL;
}

/* Long enough to be met in the middle of it. */
static int dawdle(struct listener *l, const torctl_event *event)
{
    struct timespec pause = {0, 300000};
    (void)l, (void)event;
    nanosleep(&pause, NULL);
    return 0;
}

static void removed_from_outside_while_it_runs(void)
{
    peer p;
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_open(&p);
    struct listener stays = {0};
    add(tor, &stays);
    struct bw bw = {.p = &p};
    pthread_t thread = start_thread(flood, &bw);
    for (int round = 0; round < rounds(500); round++) {
        struct listener l = {.act = dawdle};
        add(tor, &l);
        if (round % 2 == 0)
            CHECK_SOON(GET(l.calls) > 0, 10);
        CHECK_STATUS(torctl_listener_remove(tor, l.id, NULL, NULL), TORCTL_OK);
        /* From here on the memory could be gone. */
        CHECK_INT(GET(l.is_running), 0);
        CHECK_INT(GET(l.destroyed), 1);
        SET(l.is_removed, 1);
        int calls = GET(l.calls), others = GET(stays.calls);
        if (round % 100 == 0)
            CHECK_SOON(GET(stays.calls) > others + 10, 10);
        CHECK_INT(GET(l.calls), calls);
        CHECK_INT(GET(l.faults), 0);
        CHECK_STATUS(torctl_listener_remove(tor, l.id, NULL, NULL), TORCTL_ERR_NOT_FOUND);
    }
    SET(bw.stop, 1);
    JOIN_SOON(thread, 10);
    torctl_controller_free(tor);
    CHECK_INT(stays.destroyed, 1);
    CHECK_INT(stays.faults, 0);
    peer_stop(&p);
}

static int remove_self(struct listener *l, const torctl_event *event)
{
    (void)event;
    CHECK_STATUS(torctl_listener_remove(l->tor, l->id, NULL, NULL), TORCTL_OK);
    SET(l->is_removed, 1);
    /* It runs, so it is not destroyed yet. */
    CHECK_INT(GET(l->destroyed), 0);
    CHECK_STATUS(torctl_listener_remove(l->tor, l->id, NULL, NULL), TORCTL_ERR_NOT_FOUND);
    return 0;
}

static int remove_other(struct listener *l, const torctl_event *event)
{
    (void)event;
    if (l->other != NULL) {
        CHECK_STATUS(torctl_listener_remove(l->tor, l->other->id, NULL, NULL), TORCTL_OK);
        SET(l->other->is_removed, 1);
        l->other = NULL;
    }
    return 0;
}

static int add_other(struct listener *l, const torctl_event *event)
{
    (void)event;
    if (l->other != NULL) {
        add(l->tor, l->other);
        l->other = NULL;
    }
    return 0;
}

static int ask(struct listener *l, const torctl_event *event)
{
    torctl_values *values = NULL;
    (void)event;
    CHECK_STATUS(torctl_get_info(l->tor, "version", NULL, &values, NULL), TORCTL_OK);
    CHECK_STR(torctl_values_value(values, 0), "value of version");
    torctl_values_free(values);
    return 0;
}

static void from_inside(void)
{
    peer p;
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_open(&p);
    /* In the order of adding: before, self, killer, victim, adder, asker; added comes at the end. */
    struct listener before = {0}, self = {.act = remove_self}, victim = {0}, added = {0},
                    killer = {.act = remove_other, .other = &victim},
                    adder = {.act = add_other, .other = &added}, asker = {.act = ask};
    add(tor, &before);
    add(tor, &self);
    add(tor, &killer);
    add(tor, &victim);
    add(tor, &adder);
    add(tor, &asker);
    peer_puts(&p, "650 BW 1 1\r\n");
    CHECK_SOON(GET(asker.calls) == 1, 10);
    heard_by_all(tor);
    CHECK_INT(GET(before.calls), 1);
    CHECK_INT(GET(self.calls), 1);
    CHECK_INT(GET(self.destroyed), 1);
    CHECK_INT(GET(victim.calls), 0);
    CHECK_INT(GET(victim.destroyed), 1);
    /* What is added by a listener hears from the next event on. */
    CHECK_INT(GET(added.calls), 0);
    peer_puts(&p, "650 BW 2 2\r\n");
    CHECK_SOON(GET(added.calls) == 1, 10);
    CHECK_INT(GET(before.calls), 2);
    CHECK_INT(GET(killer.calls), 2);
    CHECK_INT(GET(self.calls), 1);
    /* One that was heard before its killer: called for this event, and then no more. */
    struct listener late = {.act = remove_other, .other = &before};
    add(tor, &late);
    peer_puts(&p, "650 BW 3 3\r\n650 BW 4 4\r\n");
    CHECK_SOON(GET(late.calls) == 2, 10);
    CHECK_INT(GET(before.calls), 3);
    CHECK_SOON(GET(before.destroyed) == 1, 10);
    torctl_controller_free(tor);
    struct listener *all[] = {&before, &self, &killer, &victim, &adder, &asker, &added, &late};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        CHECK_INT(all[i]->destroyed, 1);
        CHECK_INT(all[i]->faults, 0);
    }
    peer_stop(&p);
}

static void destroyed_once_when_adding_fails(void)
{
    peer p;
    struct listener l = {0};
    uint64_t id = 7;
    torctl_controller *tor = NULL;
    peer_start(&p, NULL, NULL);
    /* No controller, no function, no kinds, a kind that is none. */
    CHECK_STATUS(torctl_listener_add(NULL, BW, listens, &l, destroys, NULL, &id, NULL),
                 TORCTL_ERR_INVALID);
    CHECK_INT(l.destroyed, 1);
    CHECK_INT(id, 0);
    REQUIRE_STATUS(torctl_controller_new(NULL, &tor, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_listener_add(tor, BW, NULL, &l, destroys, NULL, NULL, NULL),
                 TORCTL_ERR_INVALID);
    CHECK_INT(l.destroyed, 2);
    CHECK_STATUS(torctl_listener_add(tor, 0, listens, &l, destroys, NULL, NULL, NULL),
                 TORCTL_ERR_INVALID);
    CHECK_INT(l.destroyed, 3);
    CHECK_STATUS(torctl_listener_add(tor, UINT64_C(1) << 63, listens, &l, destroys, NULL, NULL,
                                     NULL),
                 TORCTL_ERR_INVALID);
    CHECK_INT(l.destroyed, 4);
    torctl_controller_close(tor);
    CHECK_STATUS(torctl_listener_add(tor, BW, listens, &l, destroys, NULL, NULL, NULL),
                 TORCTL_ERR_CLOSED);
    CHECK_INT(l.destroyed, 5);
    CHECK_STATUS(torctl_listener_set_failure_fn(tor, NULL, &l, destroys, NULL, NULL),
                 TORCTL_ERR_CLOSED);
    CHECK_INT(l.destroyed, 6);
    CHECK_STATUS(torctl_listener_set_failure_fn(NULL, NULL, &l, destroys, NULL, NULL),
                 TORCTL_ERR_INVALID);
    CHECK_INT(l.destroyed, 7);
    torctl_controller_free(tor);
    CHECK_INT(l.destroyed, 7);
    /* tor refuses. */
    tor = peer_open(&p);
    CHECK_STATUS(torctl_listener_add(tor, TORCTL_KIND_BIT(TORCTL_EVENT_PT_LOG), listens, &l,
                                     destroys, NULL, NULL, NULL),
                 TORCTL_ERR_REJECTED);
    CHECK_INT(GET(l.destroyed), 8);
    /* tor goes while it is asked, then is gone. */
    peer_hang_up(&p);
    CHECK_SOON(torctl_controller_state(tor) == TORCTL_STATE_CLOSED, 10);
    CHECK_STATUS(torctl_listener_add(tor, BW, listens, &l, destroys, NULL, NULL, NULL),
                 TORCTL_ERR_CLOSED);
    CHECK_INT(GET(l.destroyed), 9);
    torctl_controller_free(tor);
    CHECK_INT(l.destroyed, 9);
    CHECK_INT(l.calls, 0);
    peer_stop(&p);
}

static void destroyed_once_when_all_ends(void)
{
    for (int way = 0; way < 4; way++) {
        peer p;
        peer_start(&p, NULL, NULL);
        torctl_controller *tor = peer_open(&p);
        struct listener l = {0};
        add(tor, &l);
        switch (way) {
        case 0:
            torctl_controller_close(tor);
            break;
        case 1:
            peer_hang_up(&p);
            break;
        case 2:
            CHECK_STATUS(torctl_listener_remove(tor, l.id, NULL, NULL), TORCTL_OK);
            break;
        default:
            torctl_controller_free(tor);
            CHECK_INT(l.destroyed, 1);
        }
        CHECK_SOON(GET(l.destroyed) == 1, 10);
        if (way < 3) {
            CHECK_STATUS(torctl_listener_remove(tor, l.id, NULL, NULL), TORCTL_ERR_NOT_FOUND);
            torctl_controller_free(tor);
        }
        CHECK_INT(l.destroyed, 1);
        CHECK_INT(l.faults, 0);
        peer_stop(&p);
    }
}

/* Without a destroy function nothing happens, and user_data may be NULL. */
static int32_t no_data(const torctl_event *event, void *user_data)
{
    CHECK(user_data == NULL);
    (void)event;
    return 0;
}

struct failures {
    uint64_t ids[8];
    int32_t statuses[8];
    char raw[8][32];
    int count;
    int destroyed;
    torctl_event *kept;
};

static void on_failure(uint64_t id, int32_t status, const torctl_event *event, void *user_data)
{
    struct failures *f = user_data;
    int at = f->count;
    if (at < 8) {
        f->ids[at] = id;
        f->statuses[at] = status;
        snprintf(f->raw[at], sizeof f->raw[at], "%s", torctl_event_raw(event));
    }
    if (f->kept == NULL)
        f->kept = torctl_event_dup(event);
    SET(f->count, at + 1);
}

static void failures_destroyed(void *user_data)
{
    struct failures *f = user_data;
    ADD(f->destroyed, 1);
}

static int fails(struct listener *l, const torctl_event *event)
{
    (void)l;
    return -atoi(torctl_event_arg(event, 0));
}

static void a_failing_listener_is_reported(void)
{
    peer p;
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_open(&p);
    struct listener first = {0}, bad = {.act = fails}, last = {0};
    struct failures one = {.count = 0}, two = {.count = 0};
    add(tor, &first);
    add(tor, &bad);
    add(tor, &last);
    CHECK_STATUS(torctl_listener_add(tor, BW, no_data, NULL, NULL, NULL, NULL, NULL), TORCTL_OK);
    /* Counted, also when nobody asked to hear of it. */
    peer_puts(&p, "650 BW 1 1\r\n");
    CHECK_SOON(GET(last.calls) == 1, 10);
    CHECK_INT(torctl_listener_failed(tor), 1);
    CHECK_STATUS(torctl_listener_set_failure_fn(tor, on_failure, &one, failures_destroyed, NULL,
                                                NULL),
                 TORCTL_OK);
    peer_puts(&p, "650 BW 2 2\r\n650 BW 0 0\r\n650 BW 3 3\r\n");
    CHECK_SOON(GET(last.calls) == 4, 10);
    CHECK_SOON(GET(one.count) == 2, 10);
    CHECK_INT(torctl_listener_failed(tor), 3);
    CHECK_INT(one.ids[0], bad.id);
    CHECK_INT(one.statuses[0], -2);
    CHECK_STR(one.raw[0], "650 BW 2 2\r\n");
    CHECK_INT(one.statuses[1], -3);
    CHECK_STR(one.raw[1], "650 BW 3 3\r\n");
    CHECK_INT(GET(first.calls), 4);
    /* Another takes its place; the first is not called any more and destroyed. */
    CHECK_INT(GET(one.destroyed), 0);
    CHECK_STATUS(torctl_listener_set_failure_fn(tor, on_failure, &two, failures_destroyed, NULL,
                                                NULL),
                 TORCTL_OK);
    CHECK_INT(GET(one.destroyed), 1);
    peer_puts(&p, "650 BW 4 4\r\n");
    CHECK_SOON(GET(two.count) == 1, 10);
    CHECK_INT(GET(one.count), 2);
    CHECK_STATUS(torctl_listener_set_failure_fn(tor, NULL, NULL, NULL, NULL, NULL), TORCTL_OK);
    CHECK_INT(GET(two.destroyed), 1);
    peer_puts(&p, "650 BW 5 5\r\n");
    CHECK_SOON(GET(last.calls) == 6, 10);
    CHECK_INT(GET(two.count), 1);
    torctl_controller_free(tor);
    CHECK_INT(one.destroyed, 1);
    CHECK_INT(two.destroyed, 1);
    /* A copy of the event outlives everything. */
    CHECK_STR(torctl_event_arg(one.kept, 1), "2");
    torctl_event_free(one.kept);
    torctl_event_free(two.kept);
    peer_stop(&p);
}

/* Set before connecting, it hears the whole life of the controller. */
struct states {
    int32_t seen[8];
    int count;
};

static int32_t note_state(const torctl_event *event, void *user_data)
{
    struct states *s = user_data;
    CHECK_INT(torctl_event_kind(event), TORCTL_EVENT_STATE);
    if (s->count < 8)
        s->seen[s->count] = torctl_state_event_state(event);
    ADD(s->count, 1);
    return 0;
}

static void states_are_heard(void)
{
    peer p;
    struct states states = {.count = 0};
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_controller(&p, NULL, 1);
    REQUIRE_STATUS(torctl_listener_add(tor, TORCTL_KIND_BIT(TORCTL_EVENT_STATE), note_state,
                                       &states, NULL, NULL, NULL, NULL),
                   TORCTL_OK);
    REQUIRE_STATUS(torctl_controller_connect(tor, NULL, NULL), TORCTL_OK);
    CHECK_SOON(GET(states.count) == 3, 10);
    torctl_controller_close(tor);
    CHECK_SOON(GET(states.count) == 4, 10);
    torctl_controller_free(tor);
    CHECK_INT(states.count, 4);
    CHECK_INT(states.seen[0], TORCTL_STATE_CONNECTING);
    CHECK_INT(states.seen[1], TORCTL_STATE_CONNECTED);
    CHECK_INT(states.seen[2], TORCTL_STATE_READY);
    CHECK_INT(states.seen[3], TORCTL_STATE_CLOSED);
    peer_stop(&p);
}

/* Numbers are never used again. */
static void numbers(void)
{
    peer p;
    uint64_t last = 0;
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_open(&p);
    for (int i = 0; i < 100; i++) {
        struct listener l = {0};
        add(tor, &l);
        CHECK(l.id > last);
        last = l.id;
        CHECK_STATUS(torctl_listener_remove(tor, l.id, NULL, NULL), TORCTL_OK);
    }
    torctl_controller_free(tor);
    peer_stop(&p);
}

/* Threads that add and remove while events come, and the end in the middle of it. */
struct churn {
    torctl_controller *tor;
    int added;
    int destroyed;
};

static int32_t churn_listens(const torctl_event *event, void *user_data)
{
    struct churn *churn = user_data;
    CHECK_STR(torctl_event_name(event), "BW");
    (void)GET(churn->added);
    return 0;
}

static void churn_destroyed(void *user_data)
{
    struct churn *churn = user_data;
    ADD(churn->destroyed, 1);
}

static void *churns(void *arg)
{
    struct churn *churn = arg;
    for (;;) {
        uint64_t id = 0;
        ADD(churn->added, 1);
        torctl_status status = torctl_listener_add(churn->tor, BW, churn_listens, churn,
                                                   churn_destroyed, NULL, &id, NULL);
        if (status != TORCTL_OK) {
            CHECK_STATUS(status, TORCTL_ERR_CLOSED);
            return NULL;
        }
        (void)torctl_listener_remove(churn->tor, id, NULL, NULL);
    }
}

static void churn_until_the_end(void)
{
    for (int round = 0; round < rounds(40); round++) {
        peer p;
        peer_start(&p, NULL, NULL);
        struct churn churn = {.tor = peer_open(&p)};
        struct bw bw = {.p = &p};
        pthread_t threads[4];
        pthread_t sender = start_thread(flood, &bw);
        for (int i = 0; i < 4; i++)
            threads[i] = start_thread(churns, &churn);
        CHECK_SOON(GET(churn.added) > 200 / (is_instrumented() ? 10 : 1), 20);
        if (round % 2 == 0)
            torctl_controller_close(churn.tor);
        else
            peer_hang_up(&p);
        for (int i = 0; i < 4; i++)
            JOIN_SOON(threads[i], 20);
        SET(bw.stop, 1);
        JOIN_SOON(sender, 20);
        torctl_controller_free(churn.tor);
        CHECK_INT(churn.destroyed, churn.added);
        peer_stop(&p);
    }
}

/* The thread that runs the listeners. */
static long callback_thread(void)
{
    DIR *tasks = opendir("/proc/self/task");
    long found = 0;
    REQUIRE(tasks != NULL);
    for (struct dirent *task; found == 0 && (task = readdir(tasks)) != NULL;) {
        char line[256];
        if (task_line(task->d_name, "comm", "torctl-call", line, sizeof line))
            found = strtol(task->d_name, NULL, 10);
    }
    closedir(tasks);
    REQUIRE(found > 0);
    return found;
}

/* Nothing wakes it in vain for as long as nothing comes; then an event does at once. */
static void sleeps_while_nothing_comes(void)
{
    peer p;
    struct listener l = {0};
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_open(&p);
    add(tor, &l);
    peer_say(&p, "650 BW 1 1\r\n");
    CHECK_SOON(GET(l.calls) == 1, 5);

    long thread = callback_thread();
    CHECK(task_all_sleep(&thread, 1));

    peer_say(&p, "650 BW 2 2\r\n");
    CHECK_SOON(GET(l.calls) == 2, 5);
    torctl_controller_free(tor);
    CHECK_INT(GET(l.destroyed), 1);
    peer_stop(&p);
}

int main(void)
{
    /* There is no such thread otherwise. */
    if (!loop_is_wanted())
        sleeps_while_nothing_comes();
    removed_from_outside_while_it_runs();
    from_inside();
    destroyed_once_when_adding_fails();
    destroyed_once_when_all_ends();
    a_failing_listener_is_reported();
    states_are_heard();
    numbers();
    churn_until_the_end();
    return check_done();
}
