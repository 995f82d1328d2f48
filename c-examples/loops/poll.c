/*
 * poll: tor in a loop of poll().
 *
 *     make bin/loops/poll && bin/loops/poll [ADDRESS]
 */

#include <poll.h>

#include "program.h"

int main(int argc, char **argv)
{
    struct pollfd watch = {.fd = program_begin(argc, argv), .events = POLLIN};

    while (watch.fd >= 0) {
        if (poll(&watch, 1, -1) == 1 && !program_take())
            break;
    }
    return program_end();
}
