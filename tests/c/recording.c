/* A session with a real tor, traced and recorded: no secret is in either, and the recording, played in
 * place of the tor, gives the same answers and events.
 *
 * ctest: live auth=none,cookie,password mode=thread_free
 */
#include "live.h"

#include <sys/stat.h>
#include <unistd.h>

static const char password[] = "a-secret-word-for-a-proxy";
static const char client_key[] = "EOWxBiJDLi2gHzKQ0xKVdMzTUcmZ0zYZ2sFlH5ZAbUM=";
static const char onion[] = "duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad";

struct text {
    char *at;
    size_t size;
};

static void append(struct text *text, const char *piece, size_t size)
{
    text->at = realloc(text->at, text->size + size + 2);
    REQUIRE(text->at != NULL);
    memcpy(text->at + text->size, piece, size);
    text->size += size;
    text->at[text->size++] = '\n';
    text->at[text->size] = '\0';
}

static void show(int32_t direction, int64_t time_unix_us, const char *line, size_t size,
                 void *user_data)
{
    CHECK(time_unix_us > 0 && strlen(line) == size);
    append(user_data, torctl_trace_direction_name(direction), 1);
    append(user_data, line, size);
}

static void gone(void *user_data)
{
    append(user_data, "GONE", 4);
}

/* What a program gets for a command; the text of what may be a secret is kept apart. */
static void ask(torctl_controller *tor, const char *command, struct text *answers,
                struct text *secrets)
{
    torctl_reply *reply = NULL;
    REQUIRE_STATUS(torctl_request(tor, command, NULL, 0, NULL, &reply, NULL), TORCTL_OK);
    for (size_t i = 0; i < torctl_reply_line_count(reply); i++) {
        const char *line = torctl_reply_line_text(reply, i);
        const char *secret = strstr(line, "PrivateKey=");
        if (secret != NULL)
            secret = strchr(secret, ':') + 1;
        else if (strstr(line, "ProxyPassword=") != NULL)
            secret = strchr(line, '=') + 1;
        else if (strncmp(line, "CLIENT ", 7) == 0)
            secret = strstr(line, "x25519:") + 7;
        if (secret != NULL) {
            append(secrets, secret, strcspn(secret, " "));
            append(answers, line, (size_t)(secret - line));
            append(answers, secret + strcspn(secret, " "), strlen(secret) - strcspn(secret, " "));
        } else {
            append(answers, line, strlen(line));
        }
        append(answers, torctl_reply_line_data(reply, i),
               torctl_reply_line_data_size_bytes(reply, i));
    }
    torctl_reply_free(reply);
}

/* The events up to the next of this kind, without the secret. */
static void take_until(torctl_queue *queue, int32_t kind, struct text *events)
{
    for (int32_t taken = 0; taken != kind;) {
        torctl_event *event = NULL;
        REQUIRE_STATUS(torctl_queue_next(queue, HOUR_MS, NULL, &event, NULL), TORCTL_OK);
        taken = torctl_event_kind(event);
        const char *raw = torctl_event_raw(event), *secret = strstr(raw, password);
        size_t size = strlen(password);
        if (secret == NULL && (secret = strstr(raw, "[secret]")) != NULL)
            size = strlen("[secret]");
        size_t before = secret == NULL ? strlen(raw) : (size_t)(secret - raw);
        append(events, raw, before);
        if (secret != NULL) {
            append(events, secret + size, strlen(secret) - size);
        }
        torctl_event_free(event);
    }
}

static void session(torctl_options *options, struct text *answers, struct text *events,
                    struct text *secrets)
{
    torctl_controller *tor = NULL;
    torctl_queue *queue = NULL;
    char command[512];
    REQUIRE_STATUS(torctl_controller_new(options, &tor, NULL), TORCTL_OK);
    uint64_t kinds = TORCTL_KIND_BIT(TORCTL_EVENT_BW) | TORCTL_KIND_BIT(TORCTL_EVENT_CONF_CHANGED);
    REQUIRE_STATUS(torctl_queue_new(tor, kinds, 0, 0, TORCTL_DROP_OLDEST, NULL, &queue, NULL),
                   TORCTL_OK);
    REQUIRE_STATUS(torctl_controller_connect(tor, NULL, NULL), TORCTL_OK);
    ask(tor, "GETINFO version config-file", answers, secrets);
    ask(tor, "GETINFO info/names", answers, secrets);
    snprintf(command, sizeof command,
             "SETCONF Socks5Proxy=127.0.0.1:9 Socks5ProxyUsername=u Socks5ProxyPassword=\"%s\"",
             password);
    ask(tor, command, answers, secrets);
    take_until(queue, TORCTL_EVENT_CONF_CHANGED, events);
    ask(tor, "GETCONF Socks5ProxyPassword", answers, secrets);
    ask(tor, "ADD_ONION NEW:ED25519-V3 Flags=Detach Port=80", answers, secrets);
    snprintf(command, sizeof command, "ONION_CLIENT_AUTH_ADD %s x25519:%s", onion, client_key);
    ask(tor, command, answers, secrets);
    ask(tor, "ONION_CLIENT_AUTH_VIEW", answers, secrets);
    take_until(queue, TORCTL_EVENT_BW, events);
    ask(tor, "RESETCONF Socks5Proxy Socks5ProxyUsername Socks5ProxyPassword", answers, secrets);
    take_until(queue, TORCTL_EVENT_CONF_CHANGED, events);
    ask(tor, "GETINFO version", answers, secrets);
    CHECK_INT(torctl_controller_record_errno(tor), 0);
    torctl_controller_free(tor);
    torctl_queue_free(queue);
}

static void read_file(const char *path, struct text *text)
{
    char line[65536];
    FILE *file = fopen(path, "r");
    REQUIRE(file != NULL);
    while (fgets(line, sizeof line, file) != NULL)
        append(text, line, strcspn(line, "\n"));
    fclose(file);
}

static void hex(char *out, const unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        sprintf(out + 2 * i, "%02X", bytes[i]);
}

static void check_absent(const struct text *text, const char *secret)
{
    if (strcasestr(text->at, secret) != NULL)
        fprintf(stderr, "    \"%s\" is there\n", secret);
    CHECK(strcasestr(text->at, secret) == NULL);
}

static void check_secrets(const struct text *text, const struct text *secrets)
{
    char digits[256] = "";
    const char *login = getenv("TORCTL_TEST_PASSWORD");
    const char *cookie_file = getenv("TORCTL_TEST_COOKIE_FILE");
    check_absent(text, password);
    check_absent(text, client_key);
    for (const char *at = secrets->at; *at != '\0'; at = strchr(at, '\n') + 1) {
        char secret[256];
        snprintf(secret, sizeof secret, "%.*s", (int)strcspn(at, "\n"), at);
        CHECK(strlen(secret) > 8);
        check_absent(text, secret);
    }
    if (login != NULL && strlen(login) < 100) {
        check_absent(text, login);
        hex(digits, (const unsigned char *)login, strlen(login));
        check_absent(text, digits);
    }
    if (cookie_file != NULL) {
        unsigned char cookie[32];
        FILE *file = fopen(cookie_file, "rb");
        if (file != NULL && fread(cookie, 1, sizeof cookie, file) == sizeof cookie) {
            hex(digits, cookie, sizeof cookie);
            check_absent(text, digits);
        }
        if (file != NULL)
            fclose(file);
    }
    /* What a proof is made of. */
    check_absent(text, "SERVERHASH=0");
    for (const char *at = text->at; (at = strstr(at, "AUTHCHALLENGE ")) != NULL; at++)
        CHECK(strstr(at, "[secret]") != NULL && strstr(at, "[secret]") < strchr(at, '\n'));
}

static size_t count(const struct text *text, const char *what)
{
    size_t found = 0;
    for (const char *at = text->at; (at = strstr(at, what)) != NULL; at++)
        found++;
    return found;
}

int main(void)
{
    struct text trace = {0}, answers = {0}, events = {0}, secrets = {0}, file = {0};
    struct text other_answers = {0}, other_events = {0}, other_secrets = {0};
    torctl_controller *tor = NULL;
    torctl_error *err = NULL;
    char path[256];
    struct stat stat_of_it;
    snprintf(path, sizeof path, "/tmp/torctl-recording-%d.txt", (int)getpid());
    unlink(path);

    torctl_options *options = live_options();
    REQUIRE_STATUS(torctl_options_set_trace(options, show, &trace, gone, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_options_set_record_file(options, path, NULL), TORCTL_OK);
    session(options, &answers, &events, &secrets);
    CHECK_INT(count(&trace, "GONE"), 0);

    /* The file is the owner's alone, and there for one controller. */
    REQUIRE(stat(path, &stat_of_it) == 0);
    CHECK_INT(stat_of_it.st_mode & 0777, 0600);
    CHECK_STATUS(torctl_controller_new(options, &tor, &err), TORCTL_ERR_SYSTEM);
    CHECK(tor == NULL && strstr(torctl_error_message(err), path) != NULL);
    torctl_error_free(err);
    torctl_options_free(options);
    CHECK_INT(count(&trace, "GONE"), 1);

    read_file(path, &file);
    CHECK(strncmp(file.at, "torctl recording 1\n", 19) == 0);
    check_secrets(&file, &secrets);
    check_secrets(&trace, &secrets);
    CHECK(count(&trace, "O\nPROTOCOLINFO 1\n") == 1 && count(&file, " > PROTOCOLINFO 1\n") == 1);
    CHECK(count(&trace, "CONNECTED\n") == 1 && count(&file, " = CONNECTED\n") == 1);
    CHECK(count(&file, " = ENDED CAUSE=LOCAL\n") == 1 && count(&file, " > QUIT\n") == 1);
    CHECK(count(&file, " < 250-PrivateKey=ED25519-V3:[secret]\n") == 1);
    CHECK(count(&file, " < 650 BW ") >= 1);
    CHECK_INT(count(&file, " Socks5ProxyPassword=[secret]\n"), 2);
    /* The same lines in both, but for the head of the file. */
    CHECK_INT(count(&file, "\n"), count(&trace, "\n") / 2 + 2);

    /* No tor. */
    options = torctl_options_new();
    REQUIRE_STATUS(torctl_options_set_replay_file(options, path, NULL), TORCTL_OK);
    for (int round = 0; round < 2; round++) {
        other_answers.size = other_events.size = other_secrets.size = 0;
        session(options, &other_answers, &other_events, &other_secrets);
        CHECK_STR(other_answers.at, answers.at);
        CHECK_STR(other_events.at, events.at);
    }
    REQUIRE_STATUS(torctl_controller_new(options, &tor, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_controller_connect(tor, NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_signal(tor, TORCTL_SIGNAL_NEWNYM, NULL, &err), TORCTL_ERR_REJECTED);
    CHECK_STR(torctl_error_reply_text(err), "not in the recording: SIGNAL NEWNYM");
    torctl_error_free(err);
    torctl_controller_free(tor);
    torctl_options_free(options);

    unlink(path);
    free(trace.at), free(answers.at), free(events.at), free(secrets.at), free(file.at);
    free(other_answers.at), free(other_events.at), free(other_secrets.at);
    return check_done();
}
