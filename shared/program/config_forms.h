// What texts of a configuration must look like, as far as all programs have such. Pure functions, safe from any thread.
#pragma once

#include "shared/ops/config_schema.h"

namespace program {

base::Status checkIpAddress(std::string_view text);  // without a port
base::Status checkEndpoint(std::string_view text);   // with or without one
base::Status checkNetwork(std::string_view text);    // an address with a prefix length, or one address
base::Status checkAbsolutePath(std::string_view text);
base::Status checkNodeName(std::string_view text);   // an iSCSI name by the relaxed rule: control nodes have such
base::Status checkIscsiName(std::string_view text);  // iqn., eui. or naa.

inline constexpr ops::TextForm kIpAddress{"an IP address", "IP addresses", checkIpAddress};
inline constexpr ops::TextForm kEndpoint{"an IP address with a port", "IP addresses with ports", checkEndpoint};
inline constexpr ops::TextForm kNetwork{"a network", "networks", checkNetwork};
inline constexpr ops::TextForm kAbsolutePath{"an absolute path", "absolute paths", checkAbsolutePath};
inline constexpr ops::TextForm kNodeName{"a node name", "node names", checkNodeName};
inline constexpr ops::TextForm kIscsiName{"an iSCSI name", "iSCSI names", checkIscsiName};

}  // namespace program
