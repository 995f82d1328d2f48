/* The threads of this process, as the kernel tells of them. */
#ifndef TORCTL_TESTS_TASK_H
#define TORCTL_TESTS_TASK_H

#include <dirent.h>
#include <stdio.h>
#include <string.h>

/* A line of /proc/self/task/TID/FILE that begins so. */
static inline int task_line(const char *tid, const char *file, const char *prefix, char *line, size_t room)
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

#endif
