// The commands backup-keys and restore-keys: the key folder as one file under a passphrase, and back.
//
// The passphrase is asked for on the terminal, or is the first line of standard input. Files are made with mode 0600 and
// never overwritten. Block; no thread of their own. What they give is a sentence for the person who asked.
#pragma once

#include <string>

#include "shared/base/result.h"

namespace app {

base::Result<std::string> backUpKeys(const std::string& folder, const std::string& file);
base::Result<std::string> restoreKeys(const std::string& folder, const std::string& file);

}  // namespace app
