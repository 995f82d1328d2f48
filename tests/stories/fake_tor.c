/* A test without a tor: it sees what the program asks, at the other end of a socketpair, and answers.
 *
 *     fake_tor
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <torctl.h>

int main(void)
{
    const char *answer = "250-version=0.4.9.99\r\n250 OK\r\n";
    char asked[64] = "";
    int ends[2];
    torctl_options *options = torctl_options_new();
    torctl_call *call = torctl_call_new();
    torctl_controller *tor = NULL;
    torctl_queue *queue = NULL;
    torctl_event *event = NULL;
    torctl_values *values = NULL;
    torctl_error *err = NULL;

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) ||
        torctl_options_set_fd(options, ends[1], 1, &err) ||
        torctl_controller_new(options, &tor, &err) || torctl_controller_connect(tor, NULL, &err) ||
        torctl_queue_new(tor, TORCTL_KIND_BIT(TORCTL_EVENT_RESULT), 0, 0, TORCTL_DROP_OLDEST, NULL,
                         &queue, &err) ||
        torctl_call_set_queue(call, queue, 0, &err) ||
        torctl_get_info(tor, "version", call, NULL, &err) != TORCTL_PENDING ||
        read(ends[0], asked, sizeof asked - 1) < 0 || write(ends[0], answer, strlen(answer)) < 0 ||
        torctl_queue_next(queue, -1, NULL, &event, &err) ||
        torctl_result_take_values(event, &values, &err))
        printf("%s\n", torctl_error_message(err));
    printf("%s%s\n", asked, torctl_values_value(values, 0));
    torctl_error_free(err);
    torctl_values_free(values);
    torctl_event_free(event);
    torctl_queue_free(queue);
    torctl_controller_free(tor);
    torctl_call_free(call);
    torctl_options_free(options);
    close(ends[0]);
    return 0;
}
