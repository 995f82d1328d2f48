/* What a collector of Prometheus reads of tor, on standard output: once for each line of standard input, as a
 * server would do it for each visitor. It goes on over the end of tor, and then says so.
 *
 *     exporter ADDRESS
 */
#include <inttypes.h>
#include <stdio.h>

#include <torctl.h>

static const struct {
    const char *key, *metric;
} metrics[] = {
    {"traffic/read", "tor_read_bytes_total"},
    {"traffic/written", "tor_written_bytes_total"},
    {"uptime", "tor_uptime_seconds"},
    {"limits/max-mem-in-queues", "tor_queue_memory_limit_bytes"},
};
#define COUNT (sizeof metrics / sizeof metrics[0])

int main(int argc, char **argv)
{
    const char *keys[COUNT];
    torctl_controller *tor = NULL;
    torctl_error *err = NULL;
    char line[256];

    (void)argc;
    for (size_t i = 0; i < COUNT; i++)
        keys[i] = metrics[i].key;
    while (fgets(line, sizeof line, stdin) != NULL) {
        torctl_values *values = NULL;
        torctl_health *health = NULL;
        int up = (tor != NULL || torctl_controller_open(argv[1], NULL, &tor, &err) == TORCTL_OK) &&
                 torctl_get_info_many(tor, keys, COUNT, NULL, &values, &err) == TORCTL_OK &&
                 torctl_get_health(tor, NULL, &health, &err) == TORCTL_OK;
        printf("tor_up %d\n", up);
        for (size_t i = 0; i < torctl_values_count(values); i++)
            printf("%s %s\n", metrics[i].metric, torctl_values_value(values, i));
        if (up)
            printf("tor_bootstrap_percent %d\n", (int)torctl_health_bootstrap_percent(health));
        if (!up) {
            fprintf(stderr, "%s\n", torctl_error_message(err));
            torctl_controller_free(tor);
            tor = NULL;
        }
        torctl_error_free(err);
        err = NULL;
        torctl_health_free(health);
        torctl_values_free(values);
        fflush(stdout);
    }
    torctl_controller_free(tor);
    return 0;
}
