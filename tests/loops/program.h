/* In place of c-examples/loops/program.h, when its programs are compiled as tests (-include): what they
 * do with tor is restarts.c. */
#ifndef TORCTL_LOOPS_PROGRAM_H
#define TORCTL_LOOPS_PROGRAM_H

#ifdef __cplusplus
extern "C" {
#endif

int program_begin(int argc, char **argv);
int program_take(void);
int program_end(void);

#ifdef __cplusplus
}
#endif

#endif
