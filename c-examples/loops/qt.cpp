/*
 * qt: tor in the loop of a Qt program, with or without windows.
 *
 *     make bin/loops/qt && bin/loops/qt [ADDRESS]
 */

#include <QCoreApplication>
#include <torctl_qt.hpp>

#include "program.h"

int main(int argc, char **argv)
{
    QCoreApplication loop(argc, argv);
    const int fd = program_begin(argc, argv);

    if (fd >= 0) {
        torctl::qt_watch watch(fd, [&loop] {
            if (!program_take())
                loop.quit();
            return true;
        });
        loop.exec();
    }
    return program_end();
}
