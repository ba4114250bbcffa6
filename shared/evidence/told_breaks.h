// ToldBreaks: what the records of an audit log say of the log itself: that an earlier check found it broken
// (log.broken), that audit.head was missing (log.unwitnessed), that an older database was put back on purpose
// (log.restored), and that records had no signature when a server started (log.unsigned).
//
// A log that was broken once is never whole again. But for one case: an older database was put back, and a person has
// said so. Then it is a gap that is told for ever. What a record of a changed or cut log says is not answered by such a
// word. Neither is one answered by records that log.unsigned names, nor can they tell of an older database: the chain
// has no secret, so that anybody who writes to the database may have put them there. kMaxTold records are looked at,
// and one more is a break by itself: nothing is forgotten for coming late. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "shared/evidence/audit_chain.h"

namespace evidence {

// Records that went with an older database, which was put back.
struct LostRecords {
  std::uint64_t broken = 0;  // the record that says so
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  std::string head;  // the hash of the last one, in hexadecimal digits
};

struct Breaks {
  std::vector<std::string> recorded;  // what records of the log say of faults that were found before, as sentences
  std::vector<LostRecords> open;      // of these, what log.restored can answer,
  std::vector<LostRecords> answered;  // and what it has answered
  std::vector<std::string> gaps;      // what auditors are told of a log that is intact, as sentences
  std::vector<std::string> weak;      // which records had no signature when a server started, as sentences
};

// The value of a detail of a record; empty where there is none.
std::string_view detailOf(const ops::AuditRecord& record, std::string_view key);
bool isEvent(const ops::AuditRecord& record, ops::AuditEvent event);

class ToldBreaks {
 public:
  static constexpr std::size_t kMaxTold = 100;

  // Each record, in the order of the log.
  void note(const ops::AuditRecord& record);
  [[nodiscard]] Breaks finish() const;

 private:
  struct Told {
    std::uint64_t sequence = 0;
    std::string text;
    std::optional<LostRecords> lost;
    std::string answer;  // empty: none
    std::uint64_t by = 0;  // the record that answers
  };
  void answer(const ops::AuditRecord& record);
  void noteUnsigned(const ops::AuditRecord& record);

  std::vector<Told> told_;
  std::vector<std::string> weak_;
  std::string more_;  // what is said of those that are not listed
};

}  // namespace evidence
