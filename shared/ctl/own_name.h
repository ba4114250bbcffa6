// This machine's name as an iSCSI initiator.
#pragma once

#include <string>
#include <string_view>

#include "shared/ctl/context.h"

namespace ctl {

inline constexpr std::string_view kInitiatorNameFile = "/etc/iscsi/initiatorname.iscsi";

// That of the text of open-iscsi's file, else one made from the host name.
std::string initiatorName(std::string_view file, const std::string& host);
// The same, of this machine.
std::string initiatorName(const Context& context);

}  // namespace ctl
