// A source whose answers a test gives, one by one.
#pragma once

#include <algorithm>
#include <deque>
#include <utility>

#include "tests/gui/test_source.h"

namespace test {

// Answers when the test says so.
class SlowSource : public TestSource {
 public:
  explicit SlowSource(const san::Snapshot& first) : TestSource(first) { who_.rights.emplace_back("change.submit"); }
  void ask(const console::Ask& question, console::Answered done) override {
    asked.emplace_back(question, std::move(done));
  }
  // False: that was not asked.
  bool answer(mgmt::Route route, const console::Answer& answer) {
    const auto at = std::ranges::find(asked, route, [](const auto& one) { return one.first.route; });
    if (at == asked.end()) return false;
    const console::Answered done = std::move(at->second);
    asked.erase(at);
    done(answer);
    return true;
  }

  std::deque<std::pair<console::Ask, console::Answered>> asked;
};

}  // namespace test
