// PacedTally: what somebody does again and again, counted for the audit log, so that a flood is a few records.
//
// The first time of a key is told at once, the others of its minute together when that is over; who is quiet for a minute
// is forgotten. Beyond `maxKeys` in a minute all further ones are one, kOthers. About: what a record says beside the
// count; a value that note() gives to be brought up to date, and that begins anew when it was told. Time is an argument;
// one owner, no locks.
//
// RefusalTally: what was refused to somebody (an address, an initiator at a target). Of the last one that is counted
// the record says more. A datagram's source can be anything: hence its bound.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shared/base/clock.h"

namespace manage {

inline constexpr std::string_view kOthers = "others";

template <class About>
class PacedTally {
 public:
  static constexpr std::chrono::minutes kPeriod{1};

  struct Told {
    std::string key;
    About about;
    std::uint64_t count = 0;
  };

  static constexpr std::size_t kMaxKeys = 64;

  explicit PacedTally(std::size_t maxKeys = kMaxKeys) : maxKeys_(maxKeys) {}

  About& note(std::string_view key, base::TimePoint now) {
    auto at = entries_.find(key);
    if (at == entries_.end()) {
      const std::string name(entries_.size() < maxKeys_ ? key : kOthers);
      at = entries_.try_emplace(name, Entry{{name, {}, 0}, now, false}).first;
    }
    ++at->second.next.count;
    return at->second.next.about;
  }
  // The same, where what it says is that of the last time.
  void note(std::string_view key, About about, base::TimePoint now) { note(key, now) = std::move(about); }
  // What is to be recorded now. Asked each second or so.
  std::vector<Told> take(base::TimePoint now) {
    std::vector<Told> due;
    for (auto at = entries_.begin(); at != entries_.end();) {
      Entry& entry = at->second;
      const bool over = now - entry.since >= kPeriod;
      if (entry.next.count > 0 && (!entry.told || over)) {
        due.push_back(std::exchange(entry.next, Told{at->first, {}, 0}));
        entry.told = true;
        entry.since = now;
      } else if (over) {
        at = entries_.erase(at);
        continue;
      }
      ++at;
    }
    return due;
  }
  [[nodiscard]] bool empty() const { return entries_.empty(); }

 private:
  struct Entry {
    Told next;
    base::TimePoint since{};
    bool told = false;
  };
  const std::size_t maxKeys_;
  std::map<std::string, Entry, std::less<>> entries_;
};

// Of the last one that is counted.
struct Refusals {
  std::string address;  // where it came from
  std::string who;      // who it claimed to be
  std::string object;   // what it was about
  std::string what;     // what was tried, or why it was refused
};
using RefusalTally = PacedTally<Refusals>;

}  // namespace manage
