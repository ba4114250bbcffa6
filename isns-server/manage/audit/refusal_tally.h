// RefusalTally: what was refused to somebody, counted for the audit log, so that a flood is a few records.
//
// The first refusal of a key (an address, an initiator at a target) is told at once, the others of its minute together
// when that is over. Beyond kMaxKeys in a minute all further ones are one, "others": a datagram's source can be
// anything. Pure; time is an argument; one owner, no locks.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "shared/base/clock.h"

namespace manage {

class RefusalTally {
 public:
  static constexpr std::size_t kMaxKeys = 64;
  static constexpr std::chrono::minutes kPeriod{1};
  static constexpr std::string_view kOthers = "others";

  // Of the last one that is counted.
  struct About {
    std::string address;  // where it came from
    std::string who;      // who it claimed to be
    std::string object;   // what it was about
    std::string what;     // what was tried, or why it was refused
  };
  struct Refused {
    std::string key;
    About about;
    std::uint64_t count = 0;
  };

  void note(std::string_view key, About about, base::TimePoint now);
  // What is to be recorded now. Asked each second or so.
  std::vector<Refused> take(base::TimePoint now);
  [[nodiscard]] bool empty() const { return entries_.empty(); }

 private:
  struct Entry {
    Refused refused;
    base::TimePoint since{};
    bool told = false;
  };
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace manage
