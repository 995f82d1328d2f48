/*
 * What the clients do with a field once they have it: they add it up. Nothing can be optimised away, and two clients
 * that read the same events to the same fields end at the same sum, which the runner compares.
 */
#ifndef TORCTL_BENCH_FOLD_H
#define TORCTL_BENCH_FOLD_H

#include <stdint.h>

static uint64_t fold_sum;

static inline void fold_number(uint64_t n) { fold_sum += n; }

/* Touches the text without measuring it: a program that compares or copies a field does at least that. */
static inline void fold_text(const char *s) { fold_sum += (unsigned char)s[0]; }

/* A word that one client keeps as a word and the other as a number. */
static inline void fold_word(int present) { fold_sum += present != 0; }

#endif
