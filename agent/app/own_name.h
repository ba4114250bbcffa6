// The iSCSI name with which the agent logs in to other targets.
//
// Reads a file, at the start. Root alone may read open-iscsi's on Debian, so the units have systemd give it to the
// agent (LoadCredential=). An Error says what cannot be read: another name in its place would be another initiator for
// every target.
#pragma once

#include <string>

#include "agent/app/config.h"
#include "shared/base/result.h"

namespace agent {

// Where this machine has its name.
struct NameSource {
  std::string file;         // open-iscsi's
  std::string credentials;  // the folder in which systemd gives it; empty: it gives nothing
  std::string host;         // for a machine without
};
NameSource nameSource();

// `wanted` where it is not empty, else this machine's as sanctl iscsi has it; in its normal spelling.
base::Result<std::string> initiatorNameOf(std::string wanted, const NameSource& source = nameSource());
// That of the configuration.
base::Result<std::string> initiatorNameOf(const StartConfig& config);

}  // namespace agent
