/* A setter that refused a value is not forgotten: what is made from the options fails as the setter
 * did, until the value is set well or the program says that it knows.
 *
 * ctest: unit
 */
#include "peer.h"

/* Each refuses its value. */
typedef torctl_status (*options_fn)(torctl_options *options, torctl_error **err);
typedef torctl_status (*launch_fn)(torctl_launch_options *options, torctl_error **err);
typedef torctl_status (*onion_fn)(torctl_onion_options *options, torctl_error **err);

#define OPTIONS(name, good, bad)                                            \
    static torctl_status name##_good(torctl_options *o, torctl_error **err) \
    {                                                                       \
        return torctl_options_##name good;                                  \
    }                                                                       \
    static torctl_status name##_bad(torctl_options *o, torctl_error **err)  \
    {                                                                       \
        return torctl_options_##name bad;                                   \
    }
OPTIONS(set_address, (o, "127.0.0.1:9051", err), (o, "192.168.1.7:90510", err))
OPTIONS(set_connect_timeout_ms, (o, 1, err), (o, -1, err))
OPTIONS(set_timeout_ms, (o, 1, err), (o, -7, err))
OPTIONS(set_auth, (o, TORCTL_AUTH_NULL, err), (o, 99, err))
OPTIONS(set_max_line_bytes, (o, 256, err), (o, 1, err))
OPTIONS(set_max_reply_bytes, (o, 256, err), (o, 0, err))
OPTIONS(set_max_reply_lines, (o, 1, err), (o, 0, err))
OPTIONS(set_listener_capacity, (o, 1, 1, err), (o, 1, 0, err))
OPTIONS(set_listener_overflow, (o, TORCTL_DROP_NEWEST, err), (o, 5, err))

/* clang-format off */ /* one line */
#define ROW(prefix, name) {#prefix "_" #name, name##_good, name##_bad}
/* clang-format on */
static const struct {
    const char *name;
    options_fn good, bad;
} SETTERS[] = {
    ROW(torctl_options, set_address),           ROW(torctl_options, set_connect_timeout_ms),
    ROW(torctl_options, set_timeout_ms),        ROW(torctl_options, set_auth),
    ROW(torctl_options, set_max_line_bytes),    ROW(torctl_options, set_max_reply_bytes),
    ROW(torctl_options, set_max_reply_lines),   ROW(torctl_options, set_listener_capacity),
    ROW(torctl_options, set_listener_overflow),
};

#define LAUNCH(name, good, bad)                                                    \
    static torctl_status name##_good(torctl_launch_options *o, torctl_error **err) \
    {                                                                              \
        return torctl_launch_options_##name good;                                  \
    }                                                                              \
    static torctl_status name##_bad(torctl_launch_options *o, torctl_error **err)  \
    {                                                                              \
        return torctl_launch_options_##name bad;                                   \
    }
LAUNCH(set_program, (o, "/nonexistent/tor", err), (o, "", err))
LAUNCH(set_data_directory, (o, NULL, err), (o, "", err))
LAUNCH(set_control, (o, TORCTL_LAUNCH_PORT, err), (o, 9, err))
LAUNCH(set_start_timeout_ms, (o, 1000, err), (o, -1, err))
LAUNCH(set_bootstrap, (o, NULL, NULL, 1, 1, err), (o, NULL, NULL, -2, 1, err))
LAUNCH(add, (o, "SocksPort", "0", err), (o, "SocksPort", "0\nControlPort 1", err))

static const struct {
    const char *name;
    launch_fn good, bad;
} LAUNCH_SETTERS[] = {
    ROW(torctl_launch_options, set_program),
    ROW(torctl_launch_options, set_data_directory),
    ROW(torctl_launch_options, set_control),
    ROW(torctl_launch_options, add),
    ROW(torctl_launch_options, set_start_timeout_ms),
    ROW(torctl_launch_options, set_bootstrap),
};

#define ONION(name, good, bad)                                                    \
    static torctl_status name##_good(torctl_onion_options *o, torctl_error **err) \
    {                                                                             \
        return torctl_onion_options_##name good;                                  \
    }                                                                             \
    static torctl_status name##_bad(torctl_onion_options *o, torctl_error **err)  \
    {                                                                             \
        return torctl_onion_options_##name bad;                                   \
    }
ONION(add_port, (o, 80, NULL, err), (o, 81, "nowhere", err))
ONION(set_key, (o, NULL, err), (o, "RSA1024:abc", err))
ONION(set_key_file, (o, NULL, err), (o, "", err))
ONION(set_pow, (o, TORCTL_POW_OFF, err), (o, 9, err))
ONION(add_client, (o, "VI2BAYI3AJKXCVC4UTX4IM3LBWBQ6FX7VFGXGOUUKYB3AKBL7BYQ", err), (o, NULL, err))

static const struct {
    const char *name;
    onion_fn good, bad;
} ONION_SETTERS[] = {
    ROW(torctl_onion_options, add_port),     ROW(torctl_onion_options, set_key),
    ROW(torctl_onion_options, set_key_file), ROW(torctl_onion_options, set_pow),
    ROW(torctl_onion_options, add_client),
};

/* The failure that the maker gives is the setter's: the same status, and its message behind its name. */
static void check_same(const char *name, torctl_error *setter, torctl_status made,
                       torctl_error *maker)
{
    CHECK_STATUS(made, torctl_error_status(setter));
    CHECK(strstr(torctl_error_message(maker), name) == torctl_error_message(maker));
    const char *end = strstr(torctl_error_message(maker), torctl_error_message(setter));
    if (!check_that(end != NULL && strcmp(end, torctl_error_message(setter)) == 0, __FILE__,
                    __LINE__, name))
        fprintf(stderr, "    %s\n", torctl_error_message(maker));
    torctl_error_free(setter);
    torctl_error_free(maker);
}

static torctl_status make(torctl_options *options, torctl_error **err)
{
    torctl_controller *tor = NULL;
    torctl_status status = torctl_controller_new(options, &tor, err);
    CHECK((tor != NULL) == (status == TORCTL_OK));
    torctl_controller_free(tor);
    return status;
}

static void test_controllers(void)
{
    for (size_t i = 0; i < sizeof SETTERS / sizeof *SETTERS; i++) {
        torctl_options *options = torctl_options_new();
        torctl_error *setter = NULL, *maker = NULL;
        CHECK_STATUS(SETTERS[i].bad(options, &setter), TORCTL_ERR_INVALID);
        torctl_status made = make(options, &maker);
        check_same(SETTERS[i].name, setter, made, maker);
        /* What a program does that handles the refusal. */
        CHECK_STATUS(SETTERS[i].good(options, NULL), TORCTL_OK);
        CHECK_STATUS(make(options, NULL), TORCTL_OK);
        CHECK_STATUS(SETTERS[i].bad(options, NULL), TORCTL_ERR_INVALID);
        torctl_options_clear_failure(options);
        CHECK_STATUS(make(options, NULL), TORCTL_OK);
        torctl_options_free(options);
    }
    torctl_options *options = torctl_options_new();
    torctl_error *err = NULL;
    /* The first of two, and then the second. */
    CHECK_STATUS(set_auth_bad(options, NULL), TORCTL_ERR_INVALID);
    CHECK_STATUS(set_address_bad(options, NULL), TORCTL_ERR_INVALID);
    CHECK_STATUS(make(options, &err), TORCTL_ERR_INVALID);
    CHECK(strstr(torctl_error_message(err), "torctl_options_set_auth()") != NULL);
    torctl_error_free(err);
    CHECK_STATUS(set_auth_good(options, NULL), TORCTL_OK);
    CHECK_STATUS(make(options, &err), TORCTL_ERR_INVALID);
    CHECK(strstr(torctl_error_message(err), "torctl_options_set_address()") != NULL);
    torctl_error_free(err);
    /* A descriptor stands in for the address. */
    int fds[2];
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
    CHECK_STATUS(torctl_options_set_fd(options, fds[0], 1, NULL), TORCTL_OK);
    CHECK_STATUS(make(options, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_options_set_fd(options, -1, 1, NULL), TORCTL_ERR_INVALID);
    CHECK_STATUS(make(options, NULL), TORCTL_ERR_INVALID);
    torctl_options_free(options);
    close(fds[1]);
}

static torctl_status launch(torctl_launch_options *options, torctl_error **err)
{
    torctl_controller *tor = NULL;
    torctl_status status = torctl_launch(options, NULL, &tor, err);
    CHECK(tor == NULL);
    return status;
}

static void test_launch(void)
{
    for (size_t i = 0; i < sizeof LAUNCH_SETTERS / sizeof *LAUNCH_SETTERS; i++) {
        torctl_launch_options *options = torctl_launch_options_new();
        torctl_error *setter = NULL, *maker = NULL;
        /* Were it tried, it would fail otherwise. */
        CHECK_STATUS(set_program_good(options, NULL), TORCTL_OK);
        CHECK_STATUS(LAUNCH_SETTERS[i].bad(options, &setter), TORCTL_ERR_INVALID);
        torctl_status made = launch(options, &maker);
        check_same(LAUNCH_SETTERS[i].name, setter, made, maker);
        CHECK_STATUS(LAUNCH_SETTERS[i].good(options, NULL), TORCTL_OK);
        /* Another line does not stand in for the one that is missing. */
        int adds = LAUNCH_SETTERS[i].bad == add_bad;
        CHECK_STATUS(launch(options, NULL), adds ? TORCTL_ERR_INVALID : TORCTL_ERR_CONNECT);
        torctl_launch_options_clear_failure(options);
        CHECK_STATUS(launch(options, NULL), TORCTL_ERR_CONNECT);
        torctl_launch_options_free(options);
    }
}

static void test_options_in_options(void)
{
    torctl_launch_options *options = torctl_launch_options_new();
    torctl_options *inner = torctl_options_new();
    torctl_error *setter = NULL, *maker = NULL;
    CHECK_STATUS(set_program_good(options, NULL), TORCTL_OK);
    CHECK_STATUS(set_timeout_ms_bad(inner, NULL), TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_launch_options_set_controller(options, inner, &setter), TORCTL_ERR_INVALID);
    CHECK(strstr(torctl_error_message(setter), "torctl_options_set_timeout_ms()") != NULL);
    torctl_status made = launch(options, &maker);
    check_same("torctl_launch_options_set_controller", setter, made, maker);
    CHECK_STATUS(set_timeout_ms_good(inner, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_launch_options_set_controller(options, inner, NULL), TORCTL_OK);
    CHECK_STATUS(launch(options, NULL), TORCTL_ERR_CONNECT);
    torctl_options_free(inner);
    torctl_launch_options_free(options);
}

static torctl_status add_onion(torctl_controller *tor, torctl_onion_options *options,
                               torctl_error **err)
{
    torctl_onion *onion = NULL;
    torctl_status status = torctl_add_onion(tor, options, NULL, &onion, err);
    CHECK(onion == NULL);
    return status;
}

/* A service that is refused was asked for. */
static int no_onions(peer *p, const char *line, void *arg)
{
    (void)arg;
    if (strncmp(line, "ADD_ONION", 9) == 0)
        return peer_puts(p, "513 Invalid key type\r\n");
    return peer_tor(p, line);
}

static void test_onions(void)
{
    peer p;
    peer_start(&p, no_onions, NULL);
    torctl_controller *tor = peer_open(&p);
    for (size_t i = 0; i < sizeof ONION_SETTERS / sizeof *ONION_SETTERS; i++) {
        torctl_onion_options *options = torctl_onion_options_new();
        torctl_error *setter = NULL, *maker = NULL;
        CHECK_STATUS(add_port_good(options, NULL), TORCTL_OK);
        CHECK_STATUS(torctl_onion_options_set_watch(options, 0, NULL), TORCTL_OK);
        CHECK_STATUS(ONION_SETTERS[i].bad(options, &setter), TORCTL_ERR_INVALID);
        int asked = peer_count(&p, "ADD_ONION");
        torctl_status made = add_onion(tor, options, &maker);
        check_same(ONION_SETTERS[i].name, setter, made, maker);
        CHECK_STATUS(ONION_SETTERS[i].good(options, NULL), TORCTL_OK);
        int adds = strstr(ONION_SETTERS[i].name, "_add_") != NULL;
        if (adds)
            CHECK_STATUS(add_onion(tor, options, NULL), TORCTL_ERR_INVALID);
        torctl_onion_options_clear_failure(options);
        CHECK_INT(peer_count(&p, "ADD_ONION"), asked);
        CHECK_STATUS(add_onion(tor, options, NULL), TORCTL_ERR_REJECTED);
        CHECK_INT(peer_count(&p, "ADD_ONION"), asked + 1);
        torctl_onion_options_free(options);
    }
    torctl_onion_options *options = torctl_onion_options_new();
    CHECK_STATUS(add_port_good(options, NULL), TORCTL_OK);
    CHECK_STATUS(set_key_bad(options, NULL), TORCTL_ERR_INVALID);
    /* The key in a file stands in for the key. */
    CHECK_STATUS(set_key_file_good(options, NULL), TORCTL_OK);
    CHECK_STATUS(add_onion(tor, options, NULL), TORCTL_ERR_REJECTED);
    torctl_onion_options_free(options);
    torctl_controller_free(tor);
    peer_stop(&p);
}

static int no_services(peer *p, const char *line, void *arg)
{
    (void)arg;
    if (strncmp(line, "GETCONF", 7) == 0)
        return peer_puts(p, "250 HiddenServiceOptions\r\n");
    return peer_tor(p, line);
}

static torctl_services *one_service(torctl_controller *tor)
{
    torctl_services *services = NULL;
    REQUIRE_STATUS(torctl_get_services(tor, NULL, &services, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_services_add(services, "/var/lib/tor/a", NULL, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_services_add_option(services, 0, "HiddenServicePort", "80", NULL),
                   TORCTL_OK);
    return services;
}

static void check_not_set(torctl_controller *tor, torctl_services *services, torctl_status want,
                          const char *name)
{
    torctl_error *err = NULL;
    CHECK_STATUS(torctl_set_services(tor, services, NULL, &err), want);
    CHECK(strstr(torctl_error_message(err), name) == torctl_error_message(err));
    torctl_error_free(err);
}

static void test_services(void)
{
    peer p;
    peer_start(&p, no_services, NULL);
    torctl_controller *tor = peer_open(&p);
    torctl_services *services = one_service(tor);
    /* A service that was to be for some clients alone would be for everybody. */
    CHECK_STATUS(torctl_services_set_option(services, 0, "Nickname", "x", NULL),
                 TORCTL_ERR_INVALID);
    check_not_set(tor, services, TORCTL_ERR_INVALID, "torctl_services_set_option()");
    torctl_services_clear_failure(services);
    CHECK_STATUS(torctl_set_services(tor, services, NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_services_set_option(services, 1, "HiddenServicePort", "81", NULL),
                 TORCTL_ERR_NOT_FOUND);
    check_not_set(tor, services, TORCTL_ERR_NOT_FOUND, "torctl_services_set_option()");
    /* Now there is such a service, and the option is set well. */
    CHECK_STATUS(torctl_services_add(services, "/var/lib/tor/b", NULL, NULL), TORCTL_OK);
    check_not_set(tor, services, TORCTL_ERR_NOT_FOUND, "torctl_services_set_option()");
    CHECK_STATUS(torctl_services_set_option(services, 1, "HiddenServicePort", "81", NULL),
                 TORCTL_OK);
    CHECK_STATUS(torctl_set_services(tor, services, NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_services_add_option(services, 0, "HiddenServicePort", NULL, NULL),
                 TORCTL_ERR_INVALID);
    check_not_set(tor, services, TORCTL_ERR_INVALID, "torctl_services_add_option()");
    torctl_services_clear_failure(services);
    CHECK_STATUS(torctl_services_add(services, NULL, NULL, NULL), TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_services_add(services, "hs", NULL, NULL), TORCTL_ERR_INVALID);
    check_not_set(tor, services, TORCTL_ERR_INVALID, "torctl_services_add()");
    torctl_services_clear_failure(services);
    CHECK_STATUS(torctl_services_remove(services, 7, NULL), TORCTL_ERR_NOT_FOUND);
    /* What is not there is not there. */
    CHECK_STATUS(torctl_set_services(tor, services, NULL, NULL), TORCTL_OK);
    CHECK_INT(peer_count(&p, "SETCONF"), 3);
    torctl_services_free(services);
    torctl_controller_free(tor);
    peer_stop(&p);
}

int main(void)
{
    test_controllers();
    test_launch();
    test_options_in_options();
    test_onions();
    test_services();
    torctl_options_clear_failure(NULL);
    torctl_launch_options_clear_failure(NULL);
    torctl_onion_options_clear_failure(NULL);
    torctl_services_clear_failure(NULL);
    return check_done();
}
