/*
 * hello: connects to a running tor, authenticates, and asks it three things.
 *
 *     make bin/hello && bin/hello [ADDRESS]
 *
 * ADDRESS is where tor is, as 127.0.0.1:9051 or unix:/run/tor/control; without it the usual places
 * are tried. Prints
 *
 *     tor 0.4.9.11
 *     2815044 bytes read, 391278 bytes written
 */

#include <stdio.h>
#include <torctl.h>

int main(int argc, char **argv)
{
    static const char *const keys[] = {"version", "traffic/read", "traffic/written"};
    torctl_controller *tor = NULL;
    torctl_values *values = NULL;
    torctl_error *err = NULL;

    /* With the defaults, the library finds out by itself how this tor wants to be convinced. */
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
