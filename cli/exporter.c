/* exporter: Prometheus metrics over HTTP on a loopback port. One thread, one poll(). */

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"

enum {
    MOST_CLIENTS = 32,
    LONGEST_REQUEST = 8192,
    PATIENCE_MS = 10000, /* for a client to send, and to take */
    START_MS = 2000
};

struct client {
    int fd; /* -1 if the place is free */
    enum { READING, WAITING, WRITING } state;
    uint64_t number; /* of all that were accepted */
    int64_t deadline_ms;
    char request[LONGEST_REQUEST + 1];
    size_t request_size;
    int is_head;
    char *answer;
    size_t answer_size, written;
};

static struct {
    struct client clients[MOST_CLIENTS];
    uint64_t accepted;
    struct scrape *scrape;
} exporter;

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Clients --------------------------------------------------------------------------------------- */

static void drop(struct client *client)
{
    close(client->fd);
    free(client->answer);
    client->fd = -1;
    client->answer = NULL;
}

/* A free place, or else that of the oldest of those who have not sent their request yet. */
static struct client *find_place(void)
{
    struct client *oldest = NULL;

    for (size_t i = 0; i < MOST_CLIENTS; i++) {
        struct client *client = &exporter.clients[i];
        if (client->fd < 0)
            return client;
        if (client->state == READING && (oldest == NULL || client->number < oldest->number))
            oldest = client;
    }
    if (oldest != NULL)
        drop(oldest);
    return oldest;
}

static void accept_client(int listener)
{
    const int fd = accept(listener, NULL, NULL);
    struct client *place = fd >= 0 ? find_place() : NULL;

    if (place == NULL) {
        if (fd >= 0)
            close(fd);
        return;
    }
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    place->fd = fd;
    place->number = ++exporter.accepted;
    place->state = READING;
    place->request_size = place->written = 0;
    place->deadline_ms = now_ms() + PATIENCE_MS;
}

static void answer(struct client *client, const char *status, const char *type, const char *body,
                   size_t size)
{
    FILE *out = open_memstream(&client->answer, &client->answer_size);

    if (out == NULL)
        grow(NULL, SIZE_MAX); /* says that there is no memory */
    fprintf(out,
            "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\nConnection: close\r\n%s\r\n",
            status, type, size, strncmp(status, "405", 3) == 0 ? "Allow: GET, HEAD\r\n" : "");
    if (!client->is_head)
        fwrite(body, 1, size, out);
    fclose(out);
    client->state = WRITING;
    client->deadline_ms = now_ms() + PATIENCE_MS;
}

static void refuse(struct client *client, const char *status)
{
    char body[128];
    const int size = snprintf(body, sizeof body, "%s. Metrics are at /metrics.\n", status);
    answer(client, status, "text/plain; charset=utf-8", body, (size_t)size);
}

/* Looks at the first line of a whole request. */
static void take_request(struct client *client)
{
    char method[8] = "", path[64] = "", version[16] = "";

    if (sscanf(client->request, "%7[A-Z] %63[!-~] %15[!-~]", method, path, version) != 3 ||
        strncmp(version, "HTTP/1.", 7) != 0) {
        refuse(client, "400 Bad Request");
        return;
    }
    client->is_head = strcmp(method, "HEAD") == 0;
    path[strcspn(path, "?")] = '\0';
    if (!client->is_head && strcmp(method, "GET") != 0)
        refuse(client, "405 Method Not Allowed");
    else if (strcmp(path, "/metrics") != 0)
        refuse(client, "404 Not Found");
    else
        client->state = WAITING;
}

static void read_client(struct client *client)
{
    const ssize_t got = recv(client->fd, client->request + client->request_size,
                             LONGEST_REQUEST - client->request_size, 0);

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0) {
        drop(client);
        return;
    }
    client->request_size += (size_t)got;
    client->request[client->request_size] = '\0';
    client->is_head = 0;
    if (strlen(client->request) != client->request_size)
        refuse(client, "400 Bad Request");
    else if (strstr(client->request, "\r\n\r\n") != NULL || strstr(client->request, "\n\n") != NULL)
        take_request(client);
    else if (client->request_size == LONGEST_REQUEST)
        refuse(client, "431 Request Header Fields Too Large");
}

static void write_client(struct client *client)
{
    const ssize_t put = send(client->fd, client->answer + client->written,
                             client->answer_size - client->written, MSG_NOSIGNAL);

    if (put < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    client->written += put > 0 ? (size_t)put : 0;
    if (put < 0 || client->written == client->answer_size)
        drop(client);
}

/* Metrics --------------------------------------------------------------------------------------- */

static void answer_all(void)
{
    size_t size = 0;
    char *text = scrape_end(exporter.scrape, &size);

    exporter.scrape = NULL;
    for (size_t i = 0; i < MOST_CLIENTS; i++)
        if (exporter.clients[i].fd >= 0 && exporter.clients[i].state == WAITING)
            answer(&exporter.clients[i], "200 OK", "text/plain; version=0.0.4; charset=utf-8", text,
                   size);
    free(text);
}

/* Asks tor if somebody waits for it and it is not asked yet. All who wait get the same answer. */
static void ask_tor(struct cli *cli, const torctl_queue *queue)
{
    for (size_t i = 0; i < MOST_CLIENTS; i++) {
        if (exporter.clients[i].fd < 0 || exporter.clients[i].state != WAITING ||
            exporter.scrape != NULL)
            continue;
        exporter.scrape = scrape_begin(cli->tor, queue);
        if (scrape_is_over(exporter.scrape))
            answer_all();
    }
}

static void take_answers(const torctl_queue *queue)
{
    torctl_event *event = NULL;

    while (torctl_queue_next(queue, 0, NULL, &event, NULL) == TORCTL_OK) {
        if (exporter.scrape != NULL && scrape_take(exporter.scrape, event))
            answer_all();
        torctl_event_free(event);
    }
}

/* The port -------------------------------------------------------------------------------------- */

/* Listens at ADDRESS:PORT, which has to be of this computer alone. -1 if something is wrong, which is said. */
static int listen_at(const struct cli *cli, const char *text)
{
    struct sockaddr_in four = {.sin_family = AF_INET};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};
    const char *colon = strrchr(text, ':');
    char host[64] = "", *end = NULL;
    const int has_brackets = text[0] == '[' && colon != NULL && colon > text && colon[-1] == ']';
    const unsigned long port = colon ? strtoul(colon + 1, &end, 10) : 0;

    if (colon == NULL || colon[1] == '\0' || *end != '\0' || port > 65535 ||
        (size_t)(colon - text) >= sizeof host) {
        usage_error(cli, "--listen %s: ADDRESS:PORT is expected", text);
        return -1;
    }
    snprintf(host, sizeof host, "%.*s", (int)(colon - text - 2 * has_brackets),
             text + has_brackets);
    const int is_six = has_brackets && inet_pton(AF_INET6, host, &six.sin6_addr) == 1;
    const int is_four = !has_brackets && inet_pton(AF_INET, host, &four.sin_addr) == 1;
    if ((!is_six || !IN6_IS_ADDR_LOOPBACK(&six.sin6_addr)) &&
        (!is_four || ntohl(four.sin_addr.s_addr) >> 24 != 127)) {
        usage_error(cli, "--listen %s: an address of loopback is expected: 127.0.0.1 or [::1]",
                    text);
        return -1;
    }
    four.sin_port = six.sin6_port = htons((uint16_t)port);
    const int fd = socket(is_six ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
    const struct sockaddr *address = is_six ? (struct sockaddr *)&six : (struct sockaddr *)&four;
    socklen_t size = is_six ? sizeof six : sizeof four;
    struct sockaddr_storage bound = {0};
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)) != 0 ||
        bind(fd, address, size) != 0 || listen(fd, 128) != 0 ||
        getsockname(fd, (struct sockaddr *)&bound, &size) != 0) {
        fprintf(stderr, "torctl: --listen %s: %s\n", text, strerror(errno));
        if (fd >= 0)
            close(fd);
        return -1;
    }
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    /* The port has the same place in both. */
    printf("http://%.*s:%u/metrics\n", (int)(colon - text), text,
           (unsigned)ntohs(((struct sockaddr_in *)&bound)->sin_port));
    fflush(stdout);
    return fd;
}

static void serve(struct cli *cli, const torctl_queue *queue, int listener)
{
    while (!is_interrupted()) {
        struct pollfd fds[3 + MOST_CLIENTS] = {{.fd = listener, .events = POLLIN},
                                               {.fd = torctl_queue_fd(queue), .events = POLLIN},
                                               {.fd = interrupt_fd(), .events = POLLIN}};
        int64_t next = INT64_MAX;
        for (size_t i = 0; i < MOST_CLIENTS; i++) {
            struct client *client = &exporter.clients[i];
            fds[3 + i] = (struct pollfd){.fd = client->fd,
                                         .events = client->state == READING   ? POLLIN
                                                   : client->state == WRITING ? POLLOUT
                                                                              : 0};
            if (client->fd >= 0 && client->deadline_ms < next)
                next = client->deadline_ms;
        }
        const int64_t wait = next == INT64_MAX ? -1 : next > now_ms() ? next - now_ms() : 0;
        if (poll(fds, 3 + MOST_CLIENTS, (int)wait) < 0 && errno != EINTR)
            return;
        for (size_t i = 0; i < MOST_CLIENTS; i++) {
            struct client *client = &exporter.clients[i];
            if (client->fd < 0)
                continue;
            if (client->state == READING && fds[3 + i].revents)
                read_client(client);
            else if (client->state == WRITING && fds[3 + i].revents)
                write_client(client);
            else if (fds[3 + i].revents || client->deadline_ms <= now_ms())
                drop(client);
        }
        if (fds[0].revents)
            accept_client(listener);
        take_answers(queue);
        ask_tor(cli, queue);
    }
}

int run_exporter(struct cli *cli)
{
    const char *text = cli->values[OPTION_LISTEN] ? cli->values[OPTION_LISTEN] : "127.0.0.1:9099";
    torctl_queue *queue = NULL;
    int code = connect_tor(cli, CONNECT_START);

    if (code != CODE_OK)
        return code;
    /* So that the first answer is not 0 only because it came early. */
    if (torctl_controller_wait_ready(cli->tor, START_MS, cli->call, NULL) != TORCTL_OK &&
        !is_interrupted())
        fputs("torctl: there is no tor yet\n", stderr);
    const torctl_status status = torctl_queue_new(cli->tor, TORCTL_KIND_BIT(TORCTL_EVENT_GAP), 0, 0,
                                                  TORCTL_DROP_OLDEST, cli->call, &queue, &cli->err);
    if (status != TORCTL_OK)
        return failed(cli, status);
    for (size_t i = 0; i < MOST_CLIENTS; i++)
        exporter.clients[i].fd = -1;
    const int listener = listen_at(cli, text);
    if (listener >= 0)
        serve(cli, queue, listener);
    code = is_interrupted() ? CODE_OK : CODE_USAGE;
    for (size_t i = 0; i < MOST_CLIENTS; i++)
        if (exporter.clients[i].fd >= 0)
            drop(&exporter.clients[i]);
    if (exporter.scrape != NULL)
        free(scrape_end(exporter.scrape, &(size_t){0}));
    if (listener >= 0)
        close(listener);
    torctl_queue_free(queue);
    return code;
}
