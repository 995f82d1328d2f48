/*
 * hello: connects to a running tor, authenticates, and asks three questions.
 *
 *     make bin/hello && bin/hello [ADDRESS]
 *
 * ADDRESS says where tor is, for example 127.0.0.1:9051 or unix:/run/tor/control. Without it the
 * library tries the usual places. Prints
 *
 *     tor 0.4.9.11
 *     2815044 bytes read, 391278 bytes written
 */

#include <stdio.h>
#include <string.h>
#include <torctl.h>

static int usage(const char *argument)
{
    const int is_help = strcmp(argument, "-h") == 0 || strcmp(argument, "--help") == 0;
    fputs("usage: hello [ADDRESS]\n", is_help ? stdout : stderr);
    if (is_help)
        puts("Prints the version of a running tor, and how many bytes it has read and written.\n"
             "ADDRESS: 127.0.0.1:9051 or unix:/run/tor/control. Default: the usual places.");
    return is_help ? 0 : 2;
}

int main(int argc, char **argv)
{
    static const char *const keys[] = {"version", "traffic/read", "traffic/written"};
    torctl_controller *tor = NULL;
    torctl_values *values = NULL;
    torctl_error *err = NULL;

    if (argc > 2 || (argc > 1 && argv[1][0] == '-'))
        return usage(argv[1]);

    /* With the default options, the library finds out how to authenticate. */
    int failed = torctl_controller_open(argc > 1 ? argv[1] : NULL, NULL, &tor, &err) != TORCTL_OK ||
                 torctl_get_info_many(tor, keys, 3, NULL, &values, &err) != TORCTL_OK;

    if (failed) {
        fprintf(stderr, "hello: %s\n", torctl_error_message(err));
    } else {
        printf("tor %s\n", torctl_values_find(values, "version"));
        printf("%s bytes read, %s bytes written\n", torctl_values_find(values, "traffic/read"),
               torctl_values_find(values, "traffic/written"));
    }

    torctl_error_free(err);
    torctl_values_free(values);
    torctl_controller_free(tor);
    return failed;
}
