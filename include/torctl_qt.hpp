/**
 * @file
 * torctl_qt.hpp: torctl in the loop of a Qt program, with or without windows
 *
 *     torctl::qt_watch events(queue, [](const torctl::event &event) { ... });
 *     torctl::qt_watch outcomes(ask);                            // a torctl::async
 *
 * It must be made, and go, in the thread whose loop it uses, and before what it watches.
 */

#ifndef TORCTL_QT_HPP
#define TORCTL_QT_HPP

#include "torctl.hpp"

#include <QObject>
#include <QSocketNotifier>

namespace torctl {
#if TORCTL_STD_EXPECTED
inline namespace with_std_expected {
#else
inline namespace with_own_expected {
#endif

/** Sees to a queue or an async in the loop, until this is gone. */
class qt_watch {
  public:
    /** Calls `take()` while the descriptor can be read, until it returns false. */
    template <class F> qt_watch(int fd, F take) : notifier_(fd, QSocketNotifier::Read)
    {
        QObject::connect(&notifier_, &QSocketNotifier::activated, &notifier_,
                         [this, take = std::move(take)]() mutable {
                             if (!take())
                                 notifier_.setEnabled(false);
                         });
    }
    /** Calls `f(const event &)` with each event; when the queue ends, calls nothing more. */
    template <class F>
    qt_watch(const queue &events, F f)
        : qt_watch(events.fd(), [&events, f = std::move(f)]() mutable {
              // Others have their turn in between.
              for (int count = 0; count < 256; ++count) {
                  auto next = events.try_next(std::chrono::milliseconds(0));
                  if (!next || next->is_end())
                      return false;
                  if (!*next)
                      return true;
                  f(static_cast<const event &>(*next));
              }
              return true;
          })
    {
    }
    /** Goes on with what was begun. */
    explicit qt_watch(async &begun)
        : qt_watch(begun.fd(), [&begun] {
              begun.dispatch();
              return !begun.is_end();
          })
    {
    }
    qt_watch(const qt_watch &) = delete;
    qt_watch &operator=(const qt_watch &) = delete;

  private:
    QSocketNotifier notifier_;
};

} // inline namespace
} // namespace torctl

#endif
