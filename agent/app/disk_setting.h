// What `disk.configure` says a disk is, checked. Pure but for the memory of the secrets.
#pragma once

#include <memory_resource>
#include <string>
#include <vector>

#include "agent/block/remote_lun.h"
#include "agent/control/message.h"

namespace agent {

struct DiskSetting {
  block::RemoteLunParameters parameters;
  std::vector<std::string> portals;  // host:port, each once
  block::PathPolicy policy = block::PathPolicy::RoundRobin;

  [[nodiscard]] std::string name() const;  // for log lines: "iqn.2024-01.org.example:store/0"
};

// Secrets come into `memory`, which outlives what is made; the texts of the arguments are wiped.
base::Result<DiskSetting, control::Refusal> readDiskSetting(control::Arguments& arguments, const std::string& initiator,
                                                            std::pmr::memory_resource& memory);
// Why a disk that is `now` cannot become `next` while it runs; nothing where it can.
std::optional<std::string> whyNotBecome(const DiskSetting& now, const DiskSetting& next);

}  // namespace agent
