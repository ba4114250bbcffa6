#include "isns-server/ctl/isns_lists.h"

#include <array>
#include <iterator>

namespace ctl {
namespace {

using isns::ObjectType;

constexpr ListKind kKinds[] = {
    {"entities", ObjectType::Entity, 0},
    {"portals", ObjectType::Portal, 0},
    {"nodes", ObjectType::Node, 0},
    {"targets", ObjectType::Node, isns::node_type::kTarget},
    {"initiators", ObjectType::Node, isns::node_type::kInitiator},
    {"portal-groups", ObjectType::PortalGroup, 0},
    {"domains", ObjectType::Domain, 0},
    {"sets", ObjectType::DomainSet, 0},
    {"fc-ports", ObjectType::FcPort, 0},
    {"fc-devices", ObjectType::FcDevice, 0},
};

constexpr auto kWords = [] {
  std::array<std::string_view, std::size(kKinds)> words{};
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = kKinds[i].word;
  return words;
}();

}  // namespace

std::span<const std::string_view> listWords() { return kWords; }

const ListKind* findListKind(std::string_view word) {
  for (const ListKind& kind : kKinds) {
    if (kind.word == word) return &kind;
  }
  return nullptr;
}

}  // namespace ctl
