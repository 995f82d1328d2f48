/*
 * asio: tor in a loop of Boost.Asio.
 *
 *     make bin/loops/asio && bin/loops/asio [ADDRESS]
 */

#include <boost/asio/io_context.hpp>
#include <torctl_asio.hpp>

#include "program.h"

int main(int argc, char **argv)
{
    const int fd = program_begin(argc, argv);

    if (fd >= 0) {
        boost::asio::io_context loop;
        torctl::asio_watch watch(loop, fd, program_take);
        loop.run(); // a loop without work ends
    }
    return program_end();
}
