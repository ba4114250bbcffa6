// The iSCSI name with which the agent logs in to other targets.
//
// Reads a file, at the start.
#pragma once

#include <string>

#include "agent/app/config.h"
#include "shared/base/result.h"

namespace agent {

// `wanted` where it is not empty, else this machine's as sanctl iscsi has it; in its normal spelling.
base::Result<std::string> initiatorNameOf(std::string wanted);
// That of the configuration.
base::Result<std::string> initiatorNameOf(const StartConfig& config);

}  // namespace agent
