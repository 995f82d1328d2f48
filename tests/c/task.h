/* The threads of this process, as the kernel tells of them. */
#ifndef TORCTL_TESTS_TASK_H
#define TORCTL_TESTS_TASK_H

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "check.h"

/* A line of /proc/self/task/TID/FILE that begins so. */
static inline int task_line(const char *tid, const char *file, const char *prefix, char *line,
                            size_t room)
{
    char path[300];
    int is_found = 0;
    snprintf(path, sizeof path, "/proc/self/task/%s/%s", tid, file);
    FILE *stream = fopen(path, "r");
    if (stream == NULL)
        return 0;
    while (!is_found && fgets(line, (int)room, stream) != NULL)
        is_found = strncmp(line, prefix, strlen(prefix)) == 0;
    fclose(stream);
    line[strcspn(line, "\n")] = '\0';
    return is_found;
}

/* The calling thread, as its directory there is called. */
static inline long task_self(void)
{
    return syscall(SYS_gettid);
}

/* How often a thread has gone to sleep. */
static inline long task_sleeps(long tid)
{
    static const char count[] = "voluntary_ctxt_switches:";
    char line[256], name[32];
    snprintf(name, sizeof name, "%ld", tid);
    REQUIRE(task_line(name, "status", count, line, sizeof line));
    return strtol(line + strlen(count), NULL, 10);
}

/* Until these threads sleep, and nothing wakes one of them for a second: whoever looks around now
 * and then instead of being woken never gets so far. */
static inline int task_all_sleep(const long *tids, int count)
{
    int64_t since_ms = check_now_ms(), end_ms = since_ms + check_patience_s(1) * 1000;
    long before = -1;
    while (check_now_ms() - since_ms < 1000 && check_now_ms() < end_ms) {
        long now = 0;
        check_pause();
        for (int i = 0; i < count; i++)
            now += task_sleeps(tids[i]);
        if (now != before)
            since_ms = check_now_ms();
        before = now;
    }
    return check_now_ms() - since_ms >= 1000;
}

/* How many threads there are. */
static inline int task_count(void)
{
    int count = 0;
    DIR *all = opendir("/proc/self/task");
    REQUIRE(all != NULL);
    for (struct dirent *entry; (entry = readdir(all)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(all);
    return count;
}

#endif
