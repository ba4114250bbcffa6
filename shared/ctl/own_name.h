// This machine's name as an iSCSI initiator.
#pragma once

#include <string>

#include "shared/ctl/context.h"

namespace ctl {

inline constexpr std::string_view kInitiatorNameFile = "/etc/iscsi/initiatorname.iscsi";

// That of the file of open-iscsi, else one made from the host name.
std::string initiatorName(const Context& context);

}  // namespace ctl
