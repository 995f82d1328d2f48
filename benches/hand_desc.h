/* Server descriptors for the hand-written client: one line at a time into one struct. */
#ifndef TORCTL_BENCH_HAND_DESC_H
#define TORCTL_BENCH_HAND_DESC_H

#include "hand_parse.h"

#define MAX_POLICY 64
#define MAX_FAMILY 32

struct descriptor {
    char nickname[20], address[16], or_address[64], fingerprint[51], platform[128], protocols[512], contact[256];
    int or_port, socks_port, dir_port, or_address_port, ntor_sign, hidden_service_dir, tunnelled_dir_server;
    int64_t published_us;
    unsigned long uptime, bandwidth_average, bandwidth_burst, bandwidth_observed;
    char digest_sha1[41], digest_sha256[44], master_key[44], ntor_key[45], ed25519_signature[87];
    char identity[256], onion_key[256], signing_key[256], onion_crosscert[256], ntor_crosscert[256], signature[256];
    int policy_count, family_count;
    char policy[MAX_POLICY][32];
    char family[MAX_FAMILY][48];
    char *block; /* where the lines of the object at hand go */
    size_t block_size;
};

void on_descriptor(const struct descriptor *d); /* hand.c */

static void copy_text(char *to, size_t size, const char *from) {
    size_t n = strlen(from);
    if (n >= size) n = size - 1;
    memcpy(to, from, n);
    to[n] = '\0';
}

#define COPY(field, text) copy_text(d->field, sizeof d->field, text)

static void begin_block(struct descriptor *d, char *field) {
    d->block = field;
    d->block_size = 0;
    field[0] = '\0';
}

static void parse_descriptor_line(char *line, struct descriptor *d) {
    if (d->block != NULL && (strncmp(line, "-----", 5) == 0 || d->block_size > 0)) {
        if (strncmp(line, "-----END", 8) == 0) {
            d->block = NULL;
        } else if (strncmp(line, "-----BEGIN", 10) == 0) {
            d->block_size = 1;
        } else {
            size_t n = strlen(line);
            if (d->block_size + n <= 256) {
                memcpy(d->block + d->block_size - 1, line, n + 1);
                d->block_size += n;
            }
        }
        return;
    }
    char *args = strchr(line, ' ');
    if (args != NULL) *args++ = '\0';
    else args = line + strlen(line);
    if (strcmp(line, "router") == 0) {
        memset(d, 0, sizeof *d);
        sscanf(args, "%19s %15s %d %d %d", d->nickname, d->address, &d->or_port, &d->socks_port, &d->dir_port);
    } else if (strcmp(line, "accept") == 0 || strcmp(line, "reject") == 0) {
        if (d->policy_count < MAX_POLICY) {
            char *rule = d->policy[d->policy_count++];
            rule[0] = line[0];
            copy_text(rule + 1, sizeof d->policy[0] - 1, args);
        }
    } else if (strcmp(line, "identity-ed25519") == 0) begin_block(d, d->identity);
    else if (strcmp(line, "master-key-ed25519") == 0) COPY(master_key, args);
    else if (strcmp(line, "or-address") == 0)
        split_address(args, d->or_address, sizeof d->or_address, &d->or_address_port);
    else if (strcmp(line, "platform") == 0) COPY(platform, args);
    else if (strcmp(line, "proto") == 0) COPY(protocols, args);
    else if (strcmp(line, "published") == 0) d->published_us = parse_time_us(args);
    else if (strcmp(line, "fingerprint") == 0) COPY(fingerprint, args);
    else if (strcmp(line, "uptime") == 0) d->uptime = strtoul(args, NULL, 10);
    else if (strcmp(line, "bandwidth") == 0)
        sscanf(args, "%lu %lu %lu", &d->bandwidth_average, &d->bandwidth_burst, &d->bandwidth_observed);
    else if (strcmp(line, "extra-info-digest") == 0) sscanf(args, "%40s %43s", d->digest_sha1, d->digest_sha256);
    else if (strcmp(line, "onion-key") == 0) begin_block(d, d->onion_key);
    else if (strcmp(line, "signing-key") == 0) begin_block(d, d->signing_key);
    else if (strcmp(line, "onion-key-crosscert") == 0) begin_block(d, d->onion_crosscert);
    else if (strcmp(line, "ntor-onion-key-crosscert") == 0) {
        d->ntor_sign = atoi(args);
        begin_block(d, d->ntor_crosscert);
    } else if (strcmp(line, "family") == 0) {
        char *save = NULL;
        for (char *w = strtok_r(args, " ", &save); w && d->family_count < MAX_FAMILY; w = strtok_r(NULL, " ", &save)) {
            copy_text(d->family[d->family_count++], sizeof d->family[0], w);
        }
    } else if (strcmp(line, "hidden-service-dir") == 0) d->hidden_service_dir = 1;
    else if (strcmp(line, "contact") == 0) COPY(contact, args);
    else if (strcmp(line, "ntor-onion-key") == 0) COPY(ntor_key, args);
    else if (strcmp(line, "tunnelled-dir-server") == 0) d->tunnelled_dir_server = 1;
    else if (strcmp(line, "router-sig-ed25519") == 0) COPY(ed25519_signature, args);
    else if (strcmp(line, "router-signature") == 0) begin_block(d, d->signature);
}

/* The signature is the last thing in a descriptor. */
static int descriptor_ended(const char *line, const struct descriptor *d) {
    return d->block == NULL && d->signature[0] != '\0' && strcmp(line, "-----END SIGNATURE-----") == 0;
}

#endif
