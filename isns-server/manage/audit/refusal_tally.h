// RefusalTally: what was refused to somebody (an address, an initiator at a target), at the pace of a PacedTally. Of the
// last one that is counted the record says more. A datagram's source can be anything: hence the bound, kMaxKeys a minute.
#pragma once

#include "isns-server/manage/audit/paced_tally.h"

namespace manage {

class RefusalTally {
 public:
  static constexpr std::size_t kMaxKeys = 64;
  static constexpr std::string_view kOthers = manage::kOthers;

  // Of the last one that is counted.
  struct About {
    std::string address;  // where it came from
    std::string who;      // who it claimed to be
    std::string object;   // what it was about
    std::string what;     // what was tried, or why it was refused
  };
  using Refused = PacedTally<About>::Told;

  void note(std::string_view key, About about, base::TimePoint now) { tally_.note(key, now) = std::move(about); }
  // What is to be recorded now. Asked each second or so.
  std::vector<Refused> take(base::TimePoint now) { return tally_.take(now); }
  [[nodiscard]] bool empty() const { return tally_.empty(); }

 private:
  PacedTally<About> tally_{kMaxKeys};
};

}  // namespace manage
