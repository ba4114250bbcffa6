#include "isns-server/core/asked.h"

#include <algorithm>
#include <bitset>

namespace core {
namespace {

using isns::Attribute;

class Seen {
 public:
  // True at the first of a tag. Tags that nobody knows are each their own.
  bool first(const Attribute& attribute) {
    if (attribute.row == nullptr) return true;
    const bool was = tags_[attribute.tag];
    tags_[attribute.tag] = true;
    return !was;
  }

 private:
  std::bitset<isns::kHighestTag + 1> tags_;
};

}  // namespace

bool repeats(std::span<const Attribute> attributes) {
  Seen seen;
  return !std::ranges::all_of(attributes, [&](const Attribute& attribute) { return seen.first(attribute); });
}

std::span<const Attribute> eachOnce(std::span<const Attribute> attributes, std::vector<Attribute>& room) {
  if (!repeats(attributes)) return attributes;
  Seen seen;
  room.clear();
  for (const Attribute& attribute : attributes) {
    if (seen.first(attribute)) room.push_back(attribute);
  }
  return room;
}

}  // namespace core
