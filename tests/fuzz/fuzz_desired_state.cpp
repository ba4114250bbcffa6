// What a management server wants an agent to apply, and its answer to a report.
//
// Rules: what is refused has a sentence without line breaks; what is read keeps to the bounds, and nothing is there
// twice.
#include <set>
#include <string>

#include "agent/management/desired_state.h"
#include "agent/management/report.h"
#include "tests/fuzz/fuzz_target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using management::DesiredBounds;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto answer = management::readDesiredText(input, std::pmr::get_default_resource());
  if (!answer) {
    fuzz::check(!answer.error().text.empty(), "a refusal has a sentence");
  } else if (answer->state) {
    std::set<std::string> targets;
    fuzz::check(answer->state->targets.size() <= DesiredBounds::kTargets, "targets are bounded");
    for (const management::DesiredTarget& target : answer->state->targets) {
      fuzz::check(targets.insert(target.target).second, "a target is there once");
      for (const management::DesiredInitiator& one : target.initiators) {
        std::set<std::uint32_t> luns;
        for (const management::DesiredMap& map : one.maps) {
          fuzz::check(map.lun <= DesiredBounds::kLun, "a LUN is one");
          fuzz::check(luns.insert(map.lun).second, "a LUN of an initiator is there once");
        }
        for (const management::HandOver& over : one.credentials) {
          fuzz::check(over.accept.size() <= DesiredBounds::kSecrets, "secrets are bounded");
          for (const auto& secret : over.accept) fuzz::check(!secret.secret.empty(), "a secret is one");
        }
      }
    }
  }
  if (answer) {
    fuzz::check(answer->wanted.discover.size() <= DesiredBounds::kDiscover, "portals to ask are bounded");
    fuzz::check(answer->wanted.probes.size() <= DesiredBounds::kProbes, "probes are bounded");
    std::set<std::pair<std::string, std::string>> pairs;
    for (const management::WantedProbe& probe : answer->wanted.probes) {
      fuzz::check(pairs.emplace(probe.initiator, probe.target).second, "a pair is there once");
      fuzz::check(probe.portals.size() <= DesiredBounds::kProbePortals, "portals of a probe are bounded");
    }
  }
  const auto receipt = management::readReceipt(input);
  fuzz::check(receipt || !receipt.error().text.empty(), "a refusal has a sentence");
  return 0;
}
