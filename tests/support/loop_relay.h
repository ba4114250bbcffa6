// LoopRelay: a portal on the loop of a test that passes all on to another one, until it is cut or falls silent.
//
// One thread, the loop's. What it holds back stays in it and in the kernel.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "shared/net/listener.h"
#include "shared/net/stream.h"

namespace support {

class LoopRelay final : private net::ListenerOwner {
 public:
  LoopRelay(net::Loop& loop, const net::Address& to) : loop_(loop), to_(to) { mend(); }

  [[nodiscard]] std::string portal() const { return "127.0.0.1:" + std::to_string(port_); }
  // Connections end, and none can be made.
  void cut() {
    listener_.reset();
    pairs_.clear();
  }
  // Nothing that comes is passed on any more, and nobody hears of it.
  void silence() {
    silent_ = true;
    strand();
  }
  // The same of what is connected; new connections are passed on.
  void strand() {
    for (const auto& pair : pairs_) pair->pause();
  }
  // New connections are passed on again, at the port that it had.
  void mend() {
    silent_ = false;
    pairs_.clear();
    net::ListenerOwner& self = *this;
    listener_ = std::make_unique<net::Listener>(loop_, self);
    EXPECT_TRUE(listener_->listen(net::Address::v4(127, 0, 0, 1, port_)));
    port_ = listener_->local().port();
  }
  void leadTo(const net::Address& to) { to_ = to; }

 private:
  struct Pair final : net::StreamOwner {
    Pair(net::Loop& loop, net::UniqueFd fd, const net::Address& peer, const net::Address& to)
        : near(loop, *this, kOptions), far(loop, *this, kOptions) {
      EXPECT_TRUE(near.accept(std::move(fd), peer));
      EXPECT_TRUE(far.connect(to));
    }
    void pause() {
      silent = true;
      near.pauseReading();
      far.pauseReading();
    }
    std::size_t onData(net::Stream& from, base::ByteView bytes) override {
      (&from == &near ? far : near).write(bytes);
      return bytes.size();
    }
    void onEof(net::Stream&) override { end(); }
    void onClosed(net::Stream&, const net::Closed&) override { end(); }
    void end() {
      if (silent) return;  // the other side does not hear of it
      near.close();
      far.close();
    }
    static constexpr net::StreamOptions kOptions{.maxOutput = std::size_t{64} << 20};
    net::Stream near, far;
    bool silent = false;
  };

  void onAccepted(net::Listener&, net::UniqueFd fd, const net::Address& peer) override {
    pairs_.push_back(std::make_unique<Pair>(loop_, std::move(fd), peer, to_));
    if (silent_) pairs_.back()->pause();
  }
  void onAcceptFailed(net::Listener&, const base::Error& why) override { ADD_FAILURE() << why.text; }

  net::Loop& loop_;
  net::Address to_;
  std::uint16_t port_ = 0;
  bool silent_ = false;
  std::unique_ptr<net::Listener> listener_;
  std::vector<std::unique_ptr<Pair>> pairs_;
};

}  // namespace support
