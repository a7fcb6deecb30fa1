#include "adapters/qq/pace.h"

namespace qq {
namespace {

using namespace std::chrono_literals;
using For = kit::Rate::For;

constexpr kit::Rate kRates[] = {
    {"POST", "/v2/users/*/messages", 100, 1s},
    {"POST", "/v2/groups/*/messages", 100, 1s},
    {"POST", "/channels/*/messages", 5, 1s, For::address},
    {"POST", "/dms/*/messages", 5, 1s, For::address},
    {"POST", "/v2/users/*/stream_messages", 50, 1s},
    {"POST", "/v2/users/*/files", 50, 1s},
    {"POST", "/v2/groups/*/files", 50, 1s},
    {"POST", "/v2/users/*/upload_prepare", 10, 1s},
    {"POST", "/v2/groups/*/upload_prepare", 10, 1s},
    {"POST", "/v2/users/*/upload_part_finish", 10, 1s},
    {"POST", "/v2/groups/*/upload_part_finish", 10, 1s},
    {"DELETE", "/v2/users/*/messages/*", 10, 1s},
    {"DELETE", "/v2/groups/*/messages/*", 10, 1s},
    {"GET", "/v2/groups/*/info", 30, 60s},
    {"GET", "/v2/groups/*/bot_state", 30, 60s},
    {"GET", "/v2/groups/*/members", 60, 60s},
    {"GET", "/v2/groups/*/members/*", 30, 60s},
    {"POST", "/v2/groups/*/batch_remove_members", 30, 60s},
    {"GET", "/v2/groups/*/join_request_list", 30, 60s},
    {"POST", "/v2/groups/*/approval_join_request/*", 60, 60s},
    {"GET", "/v2/panels", 30, 60s},
    {"GET", "/v2/panels/*", 30, 60s},
    {"POST", "/v2/panels", 10, 60s},
    {"PUT", "/v2/panels/*", 10, 60s},
    {"DELETE", "/v2/panels/*", 10, 60s},
    {"PUT", "/v2/panels/*/target", 60, 60s},
    {"", "", 50, 1s},  // what no page tells the rate of
};

}  // namespace

std::span<const kit::Rate> rates() { return kRates; }

}  // namespace qq
