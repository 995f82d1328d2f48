/*
 * qt: tor in the loop of a Qt program, with or without windows.
 *
 *     make bin/loops/qt && bin/loops/qt [ADDRESS]
 */

#include <QCoreApplication>
#include <QSocketNotifier>

#include "program.h"

int main(int argc, char **argv)
{
    QCoreApplication loop(argc, argv);
    const int fd = program_begin(argc, argv);

    if (fd >= 0) {
        QSocketNotifier watch(fd, QSocketNotifier::Read);
        QObject::connect(&watch, &QSocketNotifier::activated, &loop, [&loop] {
            if (!program_take())
                loop.quit();
        });
        loop.exec();
    }
    return program_end();
}
