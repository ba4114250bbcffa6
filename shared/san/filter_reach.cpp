#include "shared/san/filter_reach.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "shared/san/reach.h"

namespace san {
namespace {

class Reacher {
 public:
  explicit Reacher(const SanIndex& index) : index_(index) {}

  bool ask(ObjectRef who, ObjectRef what) {
    switch (who.kind) {
      case Kind::Node:
        return fromHost(index_.hostOf(who.id), who.id, what);
      case Kind::Host:
        return fromHost(who, 0, what);
      case Kind::Entity:
        // An entity that belongs to a host stands for it.
        if (!index_.hostNumber(who) && !index_.nodesOf(who.id).empty())
          return fromHost(index_.hostOf(index_.nodesOf(who.id).front()), 0, what);
        return fromHost(who, 0, what);
      case Kind::Cluster: {
        const auto initiators = index_.initiatorsIn(who.id);
        return std::any_of(initiators.begin(), initiators.end(),
                           [&](Id node) { return fromHost(index_.hostOf(node), node, what); });
      }
      default:
        return false;
    }
  }

 private:
  // `initiator`: only ways from it; 0: from any of the host.
  bool fromHost(ObjectRef host, Id initiator, ObjectRef what) {
    const auto number = index_.hostNumber(host);
    if (!number) return false;
    if (what.kind == Kind::LogicalUnit) return toUnit(*number, initiator, what.id, 0);
    if (what.kind != Kind::Node) return false;
    const auto units = index_.unitsOf(what.id);
    return std::any_of(units.begin(), units.end(), [&](Id unit) { return toUnit(*number, initiator, unit, what.id); });
  }

  bool toUnit(std::size_t host, Id initiator, Id unit, Id target) {
    const auto column = index_.unitNumber(unit);
    if (!column) return false;
    if (!works_) works_.emplace(reachMatrix(index_, Basis::Applied, Question::Works));
    if (works_->at(host, *column) == Truth::No) return false;
    if (initiator == 0 && target == 0) return true;
    const auto paths = pathsBetween(index_, Basis::Applied, host, unit);
    return std::any_of(paths.begin(), paths.end(), [&](const Path& path) {
      return path.works() != Truth::No && (initiator == 0 || path.initiator == initiator) &&
             (target == 0 || path.target == target);
    });
  }

  const SanIndex& index_;
  std::optional<ReachMatrix> works_;
};

}  // namespace

std::function<bool(ObjectRef, ObjectRef)> reachesIn(const SanIndex& index) {
  return [reacher = std::make_shared<Reacher>(index)](ObjectRef who, ObjectRef what) { return reacher->ask(who, what); };
}

}  // namespace san
