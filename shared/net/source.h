// Who is one where it is counted how often somebody asks. Pure function, safe from any thread.
#pragma once

#include <string>
#include <string_view>

namespace net {

// An IPv4 address by itself, an IPv6 one by its /64, for a host has as many of them as it likes (RFC 8981): "10.0.0.1",
// "2001:db8::/64". What is no address stays as it is.
std::string sourceOf(std::string_view host);

}  // namespace net
