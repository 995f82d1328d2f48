/*
 * asio: tor in a loop of Boost.Asio.
 *
 *     make bin/loops/asio && bin/loops/asio [ADDRESS]
 */

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "program.h"

using Descriptor = boost::asio::posix::stream_descriptor;

static void wait(Descriptor &watch)
{
    watch.async_wait(Descriptor::wait_read, [&watch](const boost::system::error_code &error) {
        // A loop without work ends.
        if (!error && program_take())
            wait(watch);
    });
}

int main(int argc, char **argv)
{
    const int fd = program_begin(argc, argv);

    if (fd >= 0) {
        boost::asio::io_context loop;
        Descriptor watch(loop, fd);
        wait(watch);
        loop.run();
        watch.release(); // the queue's descriptor is not Asio's to close
    }
    return program_end();
}
