/* GETINFO ns/all and desc/all-recent into typed entries, every field read. */
#include "client.h"

#if !defined(HAVE_ROUTER_STATUS) || !defined(HAVE_SERVER_DESCRIPTOR)

void document(struct bench *b, torctl_controller *c) {
    (void)b;
    (void)c;
    bench_fail("this library has no typed documents");
}

#endif
