/* A service is published again by a tor that was started anew, and its object goes on.
 *
 * ctest: network timeout=120 mode=thread_free */
#include "own_tor.h"

/* Those lines of the network's client that make it one of the network. */
static void network_lines(char *lines, size_t size)
{
    static const char *const own[] = {"DataDirectory", "Control", "Cookie",  "HashedControl",
                                      "Socks",         "Log",     "PidFile", "DisableNetwork"};
    char path[512], line[512];
    size_t used = 0;
    snprintf(path, sizeof path, "%s/client/torrc", check_env("TORCTL_NET_DIR"));
    FILE *file = fopen(path, "r");
    REQUIRE(file != NULL);
    while (fgets(line, sizeof line, file) != NULL) {
        int is_own = 0;
        for (size_t i = 0; i < sizeof own / sizeof *own; i++)
            is_own |= strncmp(line, own[i], strlen(own[i])) == 0;
        if (!is_own)
            used += (size_t)snprintf(lines + used, size - used, "%s", line);
        REQUIRE(used < size);
    }
    fclose(file);
}

/* How much of what this tor uploaded was taken. */
static uint64_t uploaded(torctl_onion *onion, uint64_t incarnation)
{
    torctl_onion_status *status = NULL;
    REQUIRE_STATUS(torctl_onion_get_status(onion, NULL, &status, NULL), TORCTL_OK);
    CHECK_INT(torctl_onion_status_is_listed(status), 1);
    int is_it = torctl_onion_status_incarnation(status) == incarnation;
    uint64_t count = is_it ? torctl_onion_status_uploaded(status) : 0;
    torctl_onion_status_free(status);
    return count;
}

static torctl_call *call;

/* Waits for more than there is, over the restart. */
static void *wait_long(void *onion)
{
    CHECK_STATUS(torctl_onion_wait_published(onion, 100000, -1, call, NULL), TORCTL_ERR_CANCELLED);
    return NULL;
}

int main(void)
{
    static char lines[16384];
    torctl_onion_options *options = torctl_onion_options_new();
    torctl_onion *onion = NULL;
    network_lines(lines, sizeof lines);
    strcat(lines, "SocksPort 0\nDisableNetwork 0\n");
    make_scratch();
    start_tor(lines);
    torctl_controller *tor = connect_tor();
    REQUIRE_STATUS(torctl_onion_options_add_port(options, 80, NULL, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_add_onion(tor, options, NULL, &onion, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_onion_wait_published(onion, 1, HOUR_MS, NULL, NULL), TORCTL_OK);
    CHECK(uploaded(onion, 1) >= 1);
    char address[TORCTL_ONION_ADDRESS_SIZE];
    snprintf(address, sizeof address, "%s", torctl_onion_address(onion));

    pthread_t waiting;
    call = torctl_call_new();
    REQUIRE(pthread_create(&waiting, NULL, wait_long, onion) == 0);
    kill_tor();
    start_tor(lines);
    CHECK_SOON(torctl_controller_incarnation(tor) == 2, 60);
    CHECK_STR(torctl_onion_address(onion), address);
    CHECK_SOON(uploaded(onion, 2) >= 1, 60);
    torctl_call_cancel(call);
    REQUIRE(pthread_join(waiting, NULL) == 0);
    REQUIRE_STATUS(torctl_onion_wait_published(onion, 1, HOUR_MS, NULL, NULL), TORCTL_OK);

    /* What the last one uploaded does not count, before anything was heard of the next as well. */
    kill_tor();
    CHECK_SOON(torctl_controller_state(tor) != TORCTL_STATE_READY, 20);
    CHECK_STATUS(torctl_onion_wait_published(onion, 1, 1, NULL, NULL), TORCTL_ERR_TIMEOUT);
    start_tor(lines);
    CHECK_SOON(torctl_controller_incarnation(tor) == 3, 60);
    REQUIRE_STATUS(torctl_onion_wait_published(onion, 1, HOUR_MS, NULL, NULL), TORCTL_OK);
    CHECK(uploaded(onion, 3) >= 1);

    torctl_call_free(call);
    torctl_onion_free(onion);
    torctl_onion_options_free(options);
    torctl_controller_free(tor);
    kill_tor();
    remove_scratch();
    return check_done();
}
