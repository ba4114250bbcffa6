#include "tests/unit/agent/agent_testing.h"

#include "agent/app/config_forms.h"

namespace agent_test {

std::string lunsOf(const target::Setup& setup, std::string_view target, std::string_view initiator) {
  for (const target::TargetSetup& one : setup.targets) {
    for (const target::AccessRule& rule : one.rules) {
      if (one.name != target || rule.initiator != initiator) continue;
      std::string text;
      for (const target::LunMapping& mapping : rule.luns) {
        text += (text.empty() ? "" : " ") + agent::lunEntryText(mapping);
      }
      return text;
    }
  }
  return "none";
}

}  // namespace agent_test
