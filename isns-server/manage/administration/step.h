// Step: one decision of the management server on its way to the store.
//
// `rows` and `audit` become durable in one transaction, or neither does; then `committed` is called, else `failed`. Rows
// are written on the protocol loop's thread, from values that the function holds; the other two are called on the
// management server's thread. A value, moved.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "isns-server/core/managed_change.h"
#include "shared/evidence/signing.h"
#include "shared/ops/audit_record.h"

namespace manage {

struct Step {
  std::vector<core::DomainStep> domains;  // of the registry, where it changes that
  std::uint64_t basedOn = 0;              // then: the revision that was looked at
  core::ExtraRows rows;
  std::vector<ops::AuditRecord> audit;
  bool checkpoint = false;  // the audit log is signed up to these records
  // Signs the audit log from this step on; then `audit` is the one record of who wants that. Never part of two steps.
  std::optional<evidence::SigningKey> nextLogKey;
  std::function<void(std::uint64_t revision)> committed;
  std::function<void()> failed;
};

// Makes one step of two, for decisions that hold together or not at all. Neither changes domains.
void append(Step& step, Step more);

}  // namespace manage
