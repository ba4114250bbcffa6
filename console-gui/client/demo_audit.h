// DemoAudit: the audit log of the demo: what its history tells, and what somebody does in it, in the records of the API.
//
// Answers Route::ListAudit as a server does: numbers from 1, order, limit, cursor, filters, and hashes that are chained
// (shared/evidence/audit_chain.h). Nothing is signed: that takes a server's key. What the server would not record
// (registrations, reports of agents) is not here either. The UI thread. Bound: kMost records; later ones are left out.
#pragma once

#include "console-gui/client/demo_san.h"
#include "console-gui/client/source.h"
#include "shared/evidence/digest.h"
#include "shared/ops/audit_record.h"

namespace console {

class DemoAudit {
 public:
  static constexpr std::size_t kMost = 20'000;
  static constexpr std::uint64_t kUsualPage = 100, kMostPage = 1000;  // as the server has them

  explicit DemoAudit(std::string user) : user_(std::move(user)) {}

  void begin(const std::vector<DemoRevision>& history, san::Seconds now);
  // A question about change sets was answered well.
  void note(const Ask& question, const base::Json& answer, san::Revision revision, san::Seconds now);
  // What two revisions differ in, as far as a log tells: waivers, credentials, agents.
  void noteObjects(const san::Snapshot& before, const san::Snapshot& after, san::Seconds now);
  // The change set was taken back by itself.
  void noteTimeout(const san::Snapshot& before, const san::Snapshot& after, san::Seconds now);
  [[nodiscard]] Answer list(const mgmt::Query& query) const;

 private:
  struct Sealed {
    ops::AuditRecord record;
    std::string hash;
  };
  void add(ops::AuditEvent event, std::string actor, std::string object, san::Revision revision, san::Seconds time,
           std::vector<ops::AuditDetail> details, std::string reason = {}, std::string ticket = {});
  void notePast(const san::Snapshot& before, const san::Snapshot& after);

  const std::string user_;
  std::vector<Sealed> records_;
  evidence::Digest head_{};
};

}  // namespace console
