/* Services that hide nothing of where they are, on a tor that was set up for them.
 *
 * ctest: live torrc="HiddenServiceSingleHopMode 1;HiddenServiceNonAnonymousMode 1;SocksPort 0" */
#include "live.h"

int main(void)
{
    torctl_controller *tor = live_open();
    torctl_onion_options *options = torctl_onion_options_new();
    torctl_onion *onion = NULL;
    torctl_error *err = NULL;
    CHECK_STATUS(torctl_onion_options_add_port(options, 80, NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_onion_options_set_non_anonymous(options, 1, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_add_onion(tor, options, NULL, &onion, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_onion_address_check(torctl_onion_address(onion), NULL, NULL), TORCTL_OK);
    torctl_onion_free(onion);
    CHECK_STATUS(torctl_onion_options_set_non_anonymous(options, 0, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_add_onion(tor, options, NULL, &onion, &err), TORCTL_ERR_REJECTED);
    CHECK_INT(torctl_error_reply_code(err), 512);
    torctl_error_free(err);
    torctl_onion_options_free(options);
    torctl_controller_free(tor);
    return check_done();
}
