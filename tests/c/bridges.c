/* Pasted bridge lines: what they say, which one is bad and why, and that tor takes exactly the lines
 * that the library takes (tests/data/bridge-lines.txt).
 *
 * ctest: live timeout=120
 */
#include "live.h"
#include "peer.h"

#define FP "D33D98BA997A883CA0973BEF5BA85B422E997881"

static torctl_bridges *parse(const char *text)
{
    torctl_bridges *bridges = NULL;
    torctl_error *err = NULL;
    size_t bad_line = 99;
    if (torctl_bridges_parse(text, &bridges, &bad_line, &err) != TORCTL_OK)
        fprintf(stderr, "%s\n", torctl_error_message(err));
    REQUIRE(bridges != NULL);
    CHECK_INT(bad_line, 0);
    return bridges;
}

static void test_parts(void)
{
    torctl_bridges *bridges = parse(
        "# from a friend\r\n\r\nBridge obfs4 192.0.2.1:443 " FP " cert=a/b+c= iat-mode=0\r\n"
        "  192.0.2.2\nsnowflake [2001:db8::1]:80 url=https://x.example/\nobfs4 192.0.2.3:1\n");
    REQUIRE(torctl_bridges_count(bridges) == 4);
    CHECK_STR(torctl_bridges_text(bridges, 0), "obfs4 192.0.2.1:443 " FP " cert=a/b+c= iat-mode=0");
    CHECK_INT(torctl_bridges_line_number(bridges, 0), 3);
    CHECK_STR(torctl_bridges_transport(bridges, 0), "obfs4");
    CHECK_STR(torctl_bridges_address(bridges, 0), "192.0.2.1");
    CHECK_INT(torctl_bridges_port(bridges, 0), 443);
    CHECK_STR(torctl_bridges_fingerprint(bridges, 0), FP);
    CHECK_INT(torctl_bridges_argument_count(bridges, 0), 2);
    CHECK_STR(torctl_bridges_argument_name(bridges, 0, 0), "cert");
    CHECK_STR(torctl_bridges_argument_value(bridges, 0, 0), "a/b+c=");
    CHECK_STR(torctl_bridges_argument_name(bridges, 0, 1), "iat-mode");
    CHECK_STR(torctl_bridges_argument_value(bridges, 0, 1), "0");
    CHECK_STR(torctl_bridges_argument_name(bridges, 0, 2), "");
    CHECK_INT(torctl_bridges_line_number(bridges, 1), 4);
    CHECK_STR(torctl_bridges_transport(bridges, 1), "");
    CHECK_INT(torctl_bridges_port(bridges, 1), 443);
    CHECK_STR(torctl_bridges_fingerprint(bridges, 1), "");
    CHECK_INT(torctl_bridges_argument_count(bridges, 1), 0);
    CHECK_STR(torctl_bridges_address(bridges, 2), "2001:db8::1");
    CHECK_INT(torctl_bridges_needed_count(bridges), 2);
    CHECK_STR(torctl_bridges_needed(bridges, 0), "obfs4");
    CHECK_STR(torctl_bridges_needed(bridges, 1), "snowflake");
    CHECK_STR(torctl_bridges_needed(bridges, 2), "");
    CHECK_STR(torctl_bridges_text(bridges, 4), "");
    CHECK_INT(torctl_bridges_line_number(bridges, 4), 0);
    torctl_bridges_free(bridges);
    bridges = parse("\n# nothing\n");
    CHECK_INT(torctl_bridges_count(bridges), 0);
    CHECK_INT(torctl_bridges_needed_count(bridges), 0);
    torctl_bridges_free(bridges);
}

static void test_bad_lines(void)
{
    torctl_bridges *bridges = NULL;
    torctl_error *err = NULL;
    size_t bad_line = 0;
    CHECK_STATUS(
        torctl_bridges_parse("192.0.2.1\n\n"
                             "webtunnel [2001:db8::1]:443 AAAA url=https://x.example/ ver=0.0.1\n"
                             "obfs4 x:1\n",
                             &bridges, &bad_line, &err),
        TORCTL_ERR_INVALID);
    CHECK(bridges == NULL);
    CHECK_INT(bad_line, 3);
    CHECK_STR(
        torctl_error_message(err),
        "line 3: the fingerprint \"AAAA\" has 4 characters in place of 40 hex digits; "
        "line 4: \"x:1\" is no IP address with a port, for example 192.0.2.1:443 or [2001:db8::1]:443");
    torctl_error_free(err);
}

/* The library and tor agree on each line. */
static void test_tor_agrees(torctl_controller *tor)
{
    FILE *file = fopen("tests/data/bridge-lines.txt", "r");
    REQUIRE(file != NULL);
    char line[1024];
    int good = 0, bad = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '#')
            continue;
        torctl_bridges *bridges = NULL;
        torctl_error *tors = NULL, *ours = NULL;
        torctl_status parsed = torctl_bridges_parse(line, &bridges, NULL, &ours);
        torctl_status set = torctl_set_conf(tor, "Bridge", line, NULL, &tors);
        if (!check_that((parsed == TORCTL_OK) == (set == TORCTL_OK), __FILE__, __LINE__, line))
            fprintf(stderr, "    tor: %s\n    we: %s\n", torctl_error_message(tors),
                    torctl_error_message(ours));
        if (parsed == TORCTL_OK) {
            /* What the library makes of the line, tor takes as well. */
            CHECK_INT(torctl_bridges_count(bridges), 1);
            CHECK_STATUS(torctl_set_bridges(tor, bridges, NULL, NULL), TORCTL_OK);
            good++;
        } else {
            CHECK_STATUS(parsed, TORCTL_ERR_INVALID);
            CHECK_STATUS(set, TORCTL_ERR_REJECTED);
            bad++;
        }
        torctl_bridges_free(bridges);
        torctl_error_free(tors);
        torctl_error_free(ours);
    }
    fclose(file);
    CHECK(good >= 30);
    CHECK(bad >= 40);
}

static void check_conf(torctl_controller *tor, const char *name, size_t count, const char *first)
{
    torctl_values *values = NULL;
    REQUIRE_STATUS(torctl_get_conf(tor, name, NULL, &values, NULL), TORCTL_OK);
    CHECK_INT(torctl_values_count(values), count);
    CHECK_STR(torctl_values_value(values, 0), first);
    torctl_values_free(values);
}

static void test_set(torctl_controller *tor)
{
    torctl_bridges *bridges = parse("Bridge obfs4 192.0.2.1:1 " FP " cert=x\n192.0.2.2:2");
    REQUIRE_STATUS(torctl_set_bridges(tor, bridges, NULL, NULL), TORCTL_OK);
    check_conf(tor, "UseBridges", 1, "1");
    check_conf(tor, "Bridge", 2, "obfs4 192.0.2.1:1 " FP " cert=x");
    REQUIRE_STATUS(torctl_set_bridges(tor, NULL, NULL, NULL), TORCTL_OK);
    check_conf(tor, "UseBridges", 1, "0");
    check_conf(tor, "Bridge", 1, "");
    torctl_bridges *none = parse("");
    REQUIRE_STATUS(torctl_set_bridges(tor, bridges, NULL, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_set_bridges(tor, none, NULL, NULL), TORCTL_OK);
    check_conf(tor, "UseBridges", 1, "0");
    torctl_bridges_free(none);
    torctl_bridges_free(bridges);
}

static void test_launch(void)
{
    torctl_launch_options *options = torctl_launch_options_new();
    torctl_bridges *bridges = parse("obfs4 192.0.2.1:1 " FP " cert=x#y iat-mode=0\n192.0.2.2:2");
    torctl_controller *tor = NULL;
    torctl_error *err = NULL;
    CHECK_STATUS(torctl_launch_options_add(options, "DisableNetwork", "1", NULL), TORCTL_OK);
    CHECK_STATUS(torctl_launch_options_add(options, "SocksPort", "0", NULL), TORCTL_OK);
    CHECK_STATUS(torctl_launch_options_set_bridges(options, bridges, NULL), TORCTL_OK);
    /* They were copied. */
    torctl_bridges_free(bridges);
    if (torctl_launch(options, NULL, &tor, &err) != TORCTL_OK)
        fprintf(stderr, "%s\n", torctl_error_message(err));
    REQUIRE(tor != NULL);
    check_conf(tor, "UseBridges", 1, "1");
    check_conf(tor, "Bridge", 2, "obfs4 192.0.2.1:1 " FP " cert=x#y iat-mode=0");
    torctl_controller_free(tor);
    /* Not set any more. */
    CHECK_STATUS(torctl_launch_options_set_bridges(options, NULL, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_launch(options, NULL, &tor, NULL), TORCTL_OK);
    check_conf(tor, "UseBridges", 1, "0");
    torctl_controller_free(tor);
    torctl_launch_options_free(options);
}

int main(void)
{
    test_parts();
    test_bad_lines();
    torctl_controller *tor = live_open();
    test_tor_agrees(tor);
    test_set(tor);
    torctl_controller_free(tor);
    test_launch();
    return check_done();
}
