// How often somebody may try to log in: for each user name and for each address.
//
// The first kFree failures cost nothing. From then on each makes the next try wait: a second, doubled with every
// further failure up to the longest wait; tries before that are refused without looking at the password. A try that is
// under way counts as failed until its end is known, else many at once would all pass. A success forgets the user's
// failures, not the address's; a day without a failure forgets both. Names that do not exist count
// as others do, so that nothing here tells which ones exist. Someone can thus keep a user out by failing on purpose;
// certificates and the root-only socket stay open for that case.
//
// Pure; one owner, no locks. Bound: kMaxEntries of each kind; when a new one comes and the table is full, the one that
// failed longest ago is forgotten.
#pragma once

#include <algorithm>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "shared/base/clock.h"

namespace people {

struct GuardLimits {
  std::uint32_t free = 5;
  std::chrono::seconds longestWait = std::chrono::minutes(15);
};

// Failures of one kind of key.
class FailureTable {
 public:
  static constexpr std::size_t kMaxEntries = 65536;
  static constexpr std::chrono::hours kForget{24};

  explicit FailureTable(const GuardLimits& limits) : limits_(limits) {}

  // How long to wait still; zero: now.
  [[nodiscard]] std::chrono::seconds wait(std::string_view key, base::TimePoint now) const;
  [[nodiscard]] std::uint32_t failures(std::string_view key) const;
  void onBegin(std::string_view key, base::TimePoint now);
  void onFailure(std::string_view key, base::TimePoint now);
  // A try has ended that is no failure. `forget`: nor are those before it.
  void onEnd(std::string_view key, bool forget);
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::string key;
    std::uint32_t failures = 0;
    std::uint32_t underWay = 0;
    base::TimePoint last{};
  };
  [[nodiscard]] std::chrono::seconds penalty(std::uint32_t failures) const;
  Entry& entryOf(std::string_view key, base::TimePoint now);
  void erase(std::list<Entry>::iterator entry);

  GuardLimits limits_;
  std::list<Entry> entries_;  // the one that failed last is in front
  std::unordered_map<std::string_view, std::list<Entry>::iterator> byKey_;
};

class LoginGuard {
 public:
  LoginGuard() = default;
  LoginGuard(const GuardLimits& user, const GuardLimits& address) : users_(user), addresses_(address) {}

  [[nodiscard]] std::chrono::seconds wait(std::string_view user, std::string_view address, base::TimePoint now) const {
    return std::max(users_.wait(user, now), addresses_.wait(address, now));
  }
  // Of the name or the address, whichever failed more often.
  [[nodiscard]] std::uint32_t failures(std::string_view user, std::string_view address) const {
    return std::max(users_.failures(user), addresses_.failures(address));
  }
  void onBegin(std::string_view user, std::string_view address, base::TimePoint now) {
    users_.onBegin(user, now);
    addresses_.onBegin(address, now);
  }
  void onFailure(std::string_view user, std::string_view address, base::TimePoint now) {
    users_.onFailure(user, now);
    addresses_.onFailure(address, now);
  }
  void onSuccess(std::string_view user, std::string_view address) {
    users_.onEnd(user, true);
    addresses_.onEnd(address, false);
  }
  void onGivenUp(std::string_view user, std::string_view address) {
    users_.onEnd(user, false);
    addresses_.onEnd(address, false);
  }

 private:
  FailureTable users_{{5, std::chrono::minutes(15)}};
  FailureTable addresses_{{20, std::chrono::hours(1)}};  // many people may be behind one
};

}  // namespace people
