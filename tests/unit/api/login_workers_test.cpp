// Logins while the workers have all that they take.
#include <gtest/gtest.h>

#include <future>

#include "isns-server/api/login_handlers.h"
#include "tests/unit/api/desk_world.h"

namespace {

using api::Workers;
using base::Json;

class LoginWorkers : public test::DeskWorld {
 protected:
  ~LoginWorkers() override { release_.set_value(); }

  // Until the next piece is refused.
  void fill(Workers& of) {
    const auto held = [until = released_]() -> Workers::Then {
      until.wait();
      return {};
    };
    while (of.run(held, {})) {
    }
  }
  // The call, for as long as somebody has it still to answer.
  std::weak_ptr<api::Call> logIn() {
    auto call = std::make_shared<api::Call>();
    call->exchange = std::make_shared<api::Exchange>(api::HttpRequest{}, api::BodyBudget::Hold{}, nullptr);
    call->now = now;
    call->body = Json::Object{{"user", "nobody"}, {"password", "a password that nobody has"}};
    api::login(desk, call);
    return call;
  }
  // Whether a login was judged: whoever is not let in is recorded.
  bool judged() {
    const base::TimePoint end = base::MonotonicClock::now() + std::chrono::seconds(20);
    loop->run([&] {
      if (clerk.steps > 0 || base::MonotonicClock::now() >= end) loop->stop();
      return end;
    });
    return clerk.steps > 0;
  }

 private:
  std::promise<void> release_;
  std::shared_future<void> released_ = release_.get_future().share();
};

TEST_F(LoginWorkers, APasswordIsLookedAtWhileEverythingElseWaits) {
  fill(workers);
  const auto call = logIn();
  EXPECT_FALSE(call.expired());
  EXPECT_TRUE(judged());
}

TEST_F(LoginWorkers, BeyondTheirOwnRoomLoginsAreRefusedAtOnce) {
  fill(passwords);
  EXPECT_TRUE(logIn().expired());
  EXPECT_TRUE(workers.run([] { return Workers::Then(); }, {})) << "others have theirs";
}

}  // namespace
