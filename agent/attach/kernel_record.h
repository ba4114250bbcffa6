// Records of open-iscsi: what one holds of a login, and where it lies.
//
// A record is a file of lines "name = value", made by iscsiadm, one of each target, portal and interface. Secrets go
// into the file, of mode 0600, and into no argument. Any thread; files are replaced whole. Errors are sentences.
// iscsiadm(8); open-iscsi's idbm_fields.h.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "agent/initiator/login_credentials.h"
#include "shared/base/result.h"

namespace attach {

struct KernelLogin : initiator::LoginCredentials {
  std::string initiator;  // iSCSI names in their normal spelling
  std::string target;
  std::vector<std::string> portals;  // with their group tags: "10.0.0.1:3260,1", "[::1]:3260,1"
};

// "10.0.0.1:3260,1" as the folder of its records is called: "10.0.0.1,3260,1".
std::string recordFolder(std::string_view portal);
base::Status goodPortal(std::string_view portal);
// A name or a secret of CHAP: it must not end a line.
base::Status goodWord(std::string_view word);
// The record with what a login needs in the place of what it had.
std::string recordWith(std::string_view record, const KernelLogin& login);
// The same in its file.
base::Status putLogin(const std::filesystem::path& path, const KernelLogin& login);

}  // namespace attach
