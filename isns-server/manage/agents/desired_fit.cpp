#include "isns-server/manage/agents/desired_fit.h"

#include <algorithm>
#include <tuple>

#include "shared/san/desired_bounds.h"

namespace manage {
namespace {

using san::DesiredBounds;
using san::DesiredInitiator;
using san::DesiredMap;
using san::DesiredTarget;
using san::Id;

const DesiredTarget* find(const std::vector<DesiredTarget>& targets, Id target) {
  const auto at = std::ranges::lower_bound(targets, target, {}, &DesiredTarget::target);
  return at == targets.end() || at->target != target ? nullptr : &*at;
}

const DesiredInitiator* find(const DesiredTarget* target, Id node) {
  if (target == nullptr) return nullptr;
  const auto at = std::ranges::lower_bound(target->initiators, node, {}, &DesiredInitiator::node);
  return at == target->initiators.end() || at->node != node ? nullptr : &*at;
}

bool holds(const DesiredInitiator* one, const DesiredMap& map) {
  return one != nullptr && std::ranges::any_of(one->maps, [&](const DesiredMap& other) {
           return other.unit == map.unit && other.lun == map.lun;
         });
}

// One of the things that a bound counts, in the order in which they are kept.
struct Place {
  bool isNew;
  Id node;
  Id target;
  Id what;
  bool operator<(const Place& other) const {
    return std::tie(isNew, node, target, what) < std::tie(other.isNew, other.node, other.target, other.what);
  }
};

// The places that a bound leaves no room for, ascending.
std::vector<Place> beyond(std::vector<Place> places, std::size_t bound) {
  if (places.size() <= bound) return {};
  std::ranges::nth_element(places, places.begin() + static_cast<std::ptrdiff_t>(bound), std::less<>());
  places.erase(places.begin(), places.begin() + static_cast<std::ptrdiff_t>(bound));
  std::ranges::sort(places, std::less<>());
  return places;
}

class Fitting {
 public:
  Fitting(std::vector<DesiredTarget>& targets, const std::vector<DesiredTarget>& had) : targets_(targets), had_(had) {}

  std::size_t initiators() {
    if (count([](const DesiredInitiator&) { return std::size_t{1}; }) <= DesiredBounds::kInitiators) return 0;
    std::vector<Place> places;
    for (const DesiredTarget& target : targets_) {
      for (const DesiredInitiator& one : target.initiators) places.push_back(placeOf(target, one));
    }
    const auto out = beyond(std::move(places), DesiredBounds::kInitiators);
    for (DesiredTarget& target : targets_) {
      std::erase_if(target.initiators, [&](const DesiredInitiator& one) {
        return std::ranges::binary_search(out, placeOf(target, one), std::less<>());
      });
    }
    return out.size();
  }

  std::size_t maps() {
    return elements(
        &DesiredInitiator::maps, DesiredBounds::kMaps,
        [](const DesiredInitiator* before, const DesiredMap& map) { return std::pair(map.unit, !holds(before, map)); });
  }

  std::size_t credentials(std::size_t bound) {
    return elements(&DesiredInitiator::credentials, bound, [](const DesiredInitiator* before, Id credential) {
      const bool had = before != nullptr && std::ranges::binary_search(before->credentials, credential);
      return std::pair(credential, !had);
    });
  }

 private:
  template <class Size>
  std::size_t count(Size size) const {
    std::size_t all = 0;
    for (const DesiredTarget& target : targets_) {
      for (const DesiredInitiator& one : target.initiators) all += size(one);
    }
    return all;
  }

  Place placeOf(const DesiredTarget& target, const DesiredInitiator& one) const {
    return {find(find(had_, target.target), one.node) == nullptr, one.node, target.target, 0};
  }

  // `idOf`: what an element is of, and whether the agent has not been told of it.
  template <class List, class IdOf>
  std::size_t elements(List DesiredInitiator::*list, std::size_t bound, IdOf idOf) {
    if (count([&](const DesiredInitiator& one) { return (one.*list).size(); }) <= bound) return 0;
    std::vector<Place> places;
    const auto place = [&](const DesiredTarget& target, const DesiredInitiator& one, const DesiredInitiator* before,
                           const auto& element) {
      const auto [id, isNew] = idOf(before, element);
      return Place{isNew, one.node, target.target, id};
    };
    for (const DesiredTarget& target : targets_) {
      const DesiredTarget* const old = find(had_, target.target);
      for (const DesiredInitiator& one : target.initiators) {
        const DesiredInitiator* const before = find(old, one.node);
        for (const auto& element : one.*list) places.push_back(place(target, one, before, element));
      }
    }
    const auto out = beyond(std::move(places), bound);
    for (DesiredTarget& target : targets_) {
      const DesiredTarget* const old = find(had_, target.target);
      for (DesiredInitiator& one : target.initiators) {
        const DesiredInitiator* const before = find(old, one.node);
        std::erase_if(one.*list, [&](const auto& element) {
          return std::ranges::binary_search(out, place(target, one, before, element), std::less<>());
        });
      }
    }
    return out.size();
  }

  std::vector<DesiredTarget>& targets_;
  const std::vector<DesiredTarget>& had_;
};

}  // namespace

std::string LeftOut::text() const {
  std::string text;
  const auto add = [&](std::size_t count, std::string_view one, std::string_view several) {
    if (count == 0) return;
    if (!text.empty()) text += ", ";
    text.append(std::to_string(count)).append(" ").append(count == 1 ? one : several);
  };
  add(initiators, "initiator", "initiators");
  add(maps, "map", "maps");
  add(credentials, "credential", "credentials");
  add(leaving, "logical unit that is about to go", "logical units that are about to go");
  return text;
}

LeftOut fit(std::vector<DesiredTarget>& targets, const std::vector<DesiredTarget>& had, std::size_t ownCredentials) {
  Fitting fitting(targets, had);
  LeftOut out;
  out.initiators = fitting.initiators();
  out.maps = fitting.maps();
  out.credentials =
      fitting.credentials(DesiredBounds::kCredentials - std::min(ownCredentials, DesiredBounds::kCredentials));
  return out;
}

}  // namespace manage
