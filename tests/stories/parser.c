/* A program that has its own connection to tor, and gives the library what it has read.
 *
 *     parser < BYTES
 */
#include <stdio.h>

#include <torctl.h>

int main(void)
{
    torctl_decoder *decoder = NULL;
    torctl_reply *reply = NULL;
    torctl_event *event = NULL;
    torctl_error *err = NULL;
    int byte;

    if (torctl_decoder_new(0, 0, &decoder, &err) != TORCTL_OK)
        return 1;
    while ((byte = getchar()) != EOF) {
        const char one = (char)byte; /* the worst that a socket can do */
        if (torctl_decoder_push(decoder, &one, 1, &err) != TORCTL_OK ||
            torctl_decoder_next(decoder, &reply, &event, &err) < 0)
            break;
        if (reply != NULL)
            printf("reply %d %s\n", torctl_reply_code(reply), torctl_reply_line_text(reply, 0));
        if (event != NULL)
            printf("event %s\n", torctl_event_name(event));
        torctl_reply_free(reply);
        torctl_event_free(event);
    }
    printf("%s\n", torctl_error_message(err));
    torctl_error_free(err);
    torctl_decoder_free(decoder);
    return 0;
}
