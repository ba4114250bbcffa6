#include "shared/san/renames.h"

#include <map>
#include <utility>

namespace san {
namespace {

// A name that nobody has.
std::string nameForTheMeantime(ObjectRef object) { return "~" + std::to_string(object.id) + "~ is being renamed"; }

}  // namespace

std::vector<NewName> orderOf(const std::vector<Rename>& renames) {
  std::map<std::pair<Kind, std::string>, Rename> held;  // by the name that is still held
  for (const Rename& one : renames) held.emplace(std::pair(one.object.kind, one.from), one);
  std::vector<NewName> order;
  while (!held.empty()) {
    std::vector<Rename> chain;
    auto next = held.begin();
    while (next != held.end()) {
      chain.push_back(next->second);
      held.erase(next);
      next = held.find({chain.back().object.kind, chain.back().to});
    }
    // Whose new name is the first one's old name closes a ring.
    if (chain.size() > 1 && chain.back().to == chain.front().from) {
      order.push_back({chain.front().object, nameForTheMeantime(chain.front().object)});
    }
    for (auto at = chain.rbegin(); at != chain.rend(); ++at) order.push_back({at->object, at->to});
  }
  return order;
}

}  // namespace san
