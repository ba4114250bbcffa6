// The words behind `san-agent disk`. Pure functions.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "shared/base/result.h"

namespace agent {

struct DiskArguments {
  std::string store;      // as agent/block/store_spec.h has it, with "readonly" where --read-only says so
  std::string control;    // in place of a store: where it is told what disk it is
  std::string socket;     // of the NBD export
  std::string initiator;  // as which to log in; empty: this machine's name
  std::string fuse;       // descriptor of a mounted FUSE file system, decimal; empty: none
  bool help = false;

  // The store without what stands behind its first comma: for log lines and for clients.
  [[nodiscard]] std::string storeName() const { return store.substr(0, store.find(',')); }
};

base::Result<DiskArguments> parseDiskArguments(std::span<const std::string> words);
std::string_view diskHelpText();
// Of DiskArguments::fuse; nothing where it is no number, or one of the standard descriptors.
std::optional<int> descriptorOf(std::string_view text);

}  // namespace agent
