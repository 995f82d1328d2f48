/**
 * @file
 * torctl_asio.hpp: torctl in a loop of Asio (Boost's, or with TORCTL_ASIO_STANDALONE the one alone)
 *
 *     torctl::asio_watch events(io, queue, [](const torctl::event &event) { ... });
 *     torctl::asio_watch outcomes(io, ask);                                       // a torctl::async
 *     auto version = co_await torctl::asio_wait(ask.try_get_info("version"), boost::asio::use_awaitable);
 */

#ifndef TORCTL_ASIO_HPP
#define TORCTL_ASIO_HPP

#include "torctl.hpp"

#include <functional>

#ifdef TORCTL_ASIO_STANDALONE
#include <asio/any_io_executor.hpp>
#include <asio/associated_executor.hpp>
#include <asio/async_result.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>
#else
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#endif

namespace torctl {
#if TORCTL_STD_EXPECTED
inline namespace with_std_expected {
#else
inline namespace with_own_expected {
#endif

namespace detail {
#ifdef TORCTL_ASIO_STANDALONE
namespace net = ::asio;
#else
namespace net = ::boost::asio;
#endif

/** A descriptor of torctl in the loop. It stays torctl's: Asio does not close it. */
template <class Take> struct asio_state : std::enable_shared_from_this<asio_state<Take>> {
    template <class Context>
    asio_state(Context &context, int fd, Take taker)
        : descriptor(context, fd), take(std::move(taker))
    {
    }
    void wait()
    {
        descriptor.async_wait(net::posix::stream_descriptor::wait_read,
                              [self = this->shared_from_this()](const auto &failed) {
                                  if (!failed && !self->is_stopped && self->take())
                                      self->wait();
                              });
    }
    net::posix::stream_descriptor descriptor;
    Take take;
    bool is_stopped = false;
};

} // namespace detail

/**
 * Sees to a queue or an async in a loop, until this is gone, which must be before they are. The loop has work
 * as long as the queue has not ended.
 */
class asio_watch {
  public:
    /** Calls `take()` while the descriptor can be read, until it returns false. */
    template <class Context, class Take> asio_watch(Context &context, int fd, Take take)
    {
        start(context, fd, std::move(take));
    }
    /** Calls `f(const event &)` with each event; when the queue ends, calls nothing more. */
    template <class Context, class F> asio_watch(Context &context, const queue &events, F f)
    {
        start(context, events.fd(), [&events, f = std::move(f)]() mutable {
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
        });
    }
    /** Goes on with what was begun. */
    template <class Context> asio_watch(Context &context, async &begun)
    {
        start(context, begun.fd(), [&begun] {
            begun.dispatch();
            return !begun.is_end();
        });
    }
    asio_watch(const asio_watch &) = delete;
    asio_watch &operator=(const asio_watch &) = delete;
    ~asio_watch() { stop_(); }

  private:
    template <class Context, class Take> void start(Context &context, int fd, Take take)
    {
        auto shared = std::make_shared<detail::asio_state<Take>>(context, fd, std::move(take));
        stop_ = [shared] {
            shared->is_stopped = true;
            // What waits ends with operation_aborted.
            shared->descriptor.release();
        };
        shared->wait();
    }
    std::function<void()> stop_;
};

/** Waits for an operation as Asio waits, with `use_awaitable`, `use_future` or a callable: gives an expected<T>. */
template <class T, class Token> auto asio_wait(operation<T> begun, Token &&token)
{
    return detail::net::async_initiate<Token, void(expected<T>)>(
        [](auto handler, operation<T> started) {
            std::move(started).then([handler = std::move(handler)](expected<T> outcome) mutable {
                const auto executor = detail::net::get_associated_executor(handler);
                detail::net::post(executor, [handler = std::move(handler),
                                             outcome = std::move(outcome)]() mutable {
                    std::move(handler)(std::move(outcome));
                });
            });
        },
        token, std::move(begun));
}

} // inline namespace
} // namespace torctl

#endif
