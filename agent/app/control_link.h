// ControlLink: asks another process of this suite by its unix socket, without waiting: the loop's counterpart of
// control::ask().
//
// One request after the other, in the order in which they are asked; each has one answer, and where the connection ends
// or an answer does not come in time, each that is open is answered with Failed. The loop's thread. An answer may do
// anything with the link but destroy it. Bounds: kMaxWaiting requests, control::kMaxAnswer bytes.
#pragma once

#include <deque>
#include <functional>
#include <string>

#include "agent/control/message.h"
#include "shared/net/loop.h"
#include "shared/net/stream.h"
#include "shared/net/timer.h"

namespace agent {

class ControlLink final : private net::StreamOwner {
 public:
  static constexpr std::size_t kMaxWaiting = 8192;
  static constexpr std::chrono::seconds kPatience{30};

  using Answered = std::function<void(const control::Result&)>;
  // `lost`: the connection was there and has ended; not by close().
  ControlLink(net::Loop& loop, std::string path, std::function<void(const std::string& why)> lost);

  // At once; unix sockets do not keep waiting.
  base::Status connect();
  void close();
  [[nodiscard]] bool open() const { return stream_.isOpen(); }

  // Of a link that is open.
  void ask(control::Command command, control::Arguments arguments, Answered answered,
           base::Duration patience = kPatience);

 private:
  struct Asked {
    control::Request request;
    Answered answered;
    base::Duration patience{};
  };

  std::size_t onData(net::Stream& stream, base::ByteView bytes) override;
  void onEof(net::Stream&) override { fail("it has closed the connection"); }
  void onClosed(net::Stream&, const net::Closed& why) override { fail(why.text()); }

  void next();
  void fail(const std::string& why);

  net::Loop& loop_;
  const std::string path_;
  std::function<void(const std::string& why)> lost_;
  net::Stream stream_;
  net::Timer patience_;
  std::deque<Asked> waiting_;  // the first is asked
  bool asked_ = false;
  std::uint64_t id_ = 0;
};

}  // namespace agent
