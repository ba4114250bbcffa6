// StateFolder: the folder of what an agent keeps, held by one agent at a time, and the identity in it.
//
// Opened at the start; calls block. The lock (flock on `lock`) ends with the object. Errors say what to do.
#pragma once

#include <string>

#include "agent/app/setup_builder.h"
#include "agent/iscsi/chap.h"
#include "shared/net/unique_fd.h"

namespace agent {

class StateFolder {
 public:
  // Makes the folder where it is missing (mode 0700), and an identity where there is none.
  static base::Result<StateFolder> open(const std::string& path, const iscsi::RandomSource& random);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string changesPath() const { return path_ + "/changes.toml"; }
  [[nodiscard]] std::string zonesPath() const { return path_ + "/zones.json"; }
  [[nodiscard]] std::string managementPath() const { return path_ + "/management"; }
  [[nodiscard]] std::string unitsPath() const { return path_ + "/units"; }
  [[nodiscard]] const Identity& identity() const { return identity_; }

 private:
  StateFolder(std::string path, net::UniqueFd lock) : path_(std::move(path)), lock_(std::move(lock)) {}
  base::Status readIdentity(const iscsi::RandomSource& random);

  std::string path_;
  net::UniqueFd lock_;
  Identity identity_;
};

}  // namespace agent
