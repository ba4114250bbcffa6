#include "isns-server/api/insight.h"

namespace api {

san::FindingContext Insight::contextOf(Use use, san::Seconds now) {
  san::FindingContext context;
  context.now = now;
  if (use == Use::Shown) return context;
  context.basis = san::Basis::Desired;
  context.mends = context.texts = false;
  return context;
}

const san::SanIndex& Insight::index() const {
  std::call_once(indexed_, [this] { index_ = std::make_unique<const san::SanIndex>(snapshot_); });
  return *index_;
}

Insight::FindingsPtr Insight::findings(Use use, san::Seconds now) const {
  const auto made = [&] {
    return std::make_shared<const san::Findings>(san::evaluate(index(), contextOf(use, now)));
  };
  if (keep_ == Keep::Index) return made();
  Slot& slot = slotOf(use);
  const std::lock_guard lock(slot.mutex);
  if (!slot.holds(now)) {
    slot.findings = made();
    slot.from = now;
  }
  return slot.findings;
}

Insight::FindingsPtr Insight::keptFindings(Use use, san::Seconds now) const {
  Slot& slot = slotOf(use);
  const std::lock_guard lock(slot.mutex);
  return slot.holds(now) ? slot.findings : nullptr;
}

}  // namespace api
