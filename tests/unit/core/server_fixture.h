// A server core with an empty registry, a control node that may come from anywhere, and a store that is played by the test.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>

#include "isns-server/core/server.h"
#include "shared/isns/tlv.h"

namespace test {

constexpr std::string_view kControl = "iqn.2001-01.com.example:control";

class ServerTest : public testing::Test {
 protected:
  // With what its policy changes, a test calls it again.
  void start(const std::function<void(core::Policy&)>& change = {}) {
    core::Policy policy;
    core::ControlNode control;
    control.name = kControl;
    control.addresses.push_back({isns::IpAddress{}, 0});
    policy.controlNodes.push_back(control);
    if (change) change(policy);
    core::ServerOptions options;
    options.random = [] { return 0U; };
    server_ = std::make_unique<core::Server>(policy, std::move(options), now());
    EXPECT_TRUE(server_->finishLoad(0, now()));
  }
  ServerTest() { start(); }
  base::Now now() const { return {base::TimePoint(time_), base::WallTime(std::chrono::seconds(1000))}; }

  // A message whose payload `write` gives; an answer that does not wait is in answer_.
  template <class Write>
  core::Disposition ask(core::Session& session, isns::Function function, Write&& write) {
    base::Bytes payload;
    isns::AttributeWriter out(payload);
    write(out);
    isns::Message message;
    message.function = isns::idOf(function);
    message.flags = flags_;
    message.payload = payload;
    base::Bytes().swap(answer_);
    return server_->onMessage(session, arrival_, message, now(), answer_).disposition;
  }
  void begin() {
    batch_ = server_->takeBatch();
    ASSERT_TRUE(batch_);
  }
  void finish(core::CommitResult result) {
    server_->onCommitted(*std::exchange(batch_, std::nullopt), result, now());
    server_->released();
  }
  bool commit(core::CommitResult result) {
    batch_ = server_->takeBatch();
    if (!batch_) return false;
    finish(result);
    return true;
  }

  std::chrono::nanoseconds time_{0};
  core::Arrival arrival_;
  std::uint16_t flags_ = isns::flag::kClient;
  std::unique_ptr<core::Server> server_;
  std::optional<store::Batch> batch_;
  base::Bytes answer_;
};

}  // namespace test
