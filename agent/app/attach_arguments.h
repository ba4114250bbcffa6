// The command line of `san-agent attach`: the helper of an agent that makes block devices, and alone runs as root.
//
// Pure: words in, what they say or a sentence out.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "agent/attach/host_devices.h"
#include "shared/base/result.h"

namespace agent {

struct AttachArguments {
  std::string folder = "/run/sanctum-attach";
  std::string names = "/dev/sanctum/by-target";  // "none": no links
  std::string user = "sanctum";                  // of disk processes, and whose group may ask; empty: this one
  std::optional<attach::Means> means;
  bool help = false;

  [[nodiscard]] std::string socket() const { return folder + "/attach.sock"; }
};

// The words after "attach".
base::Result<AttachArguments> parseAttachArguments(std::span<const std::string> words);

std::string_view attachHelpText();

}  // namespace agent
