#include "agent/app/control_link.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <utility>

#include "shared/base/secret_json.h"
#include "shared/net/os_error.h"

namespace agent {

using control::Code;
using control::Refusal;

ControlLink::ControlLink(net::Loop& loop, std::string path, std::function<void(const std::string& why)> lost)
    : loop_(loop),
      path_(std::move(path)),
      lost_(std::move(lost)),
      stream_(loop, *this, {.maxInput = control::kMaxAnswer}),
      patience_(loop.timers(), [this] { fail("it does not answer"); }) {}

base::Status ControlLink::connect() {
  if (open()) return {};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path_.size() >= sizeof address.sun_path) return base::fail(path_ + " is too long for a socket");
  std::ranges::copy(path_, address.sun_path);
  net::UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return net::osFailure("cannot make a socket");
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return net::osFailure(path_);
  }
  return stream_.accept(std::move(fd), net::Address());
}

void ControlLink::close() {
  stream_.close();
  patience_.cancel();
  asked_ = false;
  for (Asked& one : std::exchange(waiting_, {})) {
    one.answered(base::fail(Refusal{Code::Failed, "the connection was closed"}));
  }
}

void ControlLink::ask(control::Command command, control::Arguments arguments, Answered answered,
                      base::Duration patience) {
  if (!open() || waiting_.size() >= kMaxWaiting) {
    return answered(base::fail(Refusal{Code::Failed, path_ + ": there is no connection, or too much is asked"}));
  }
  control::Request request;
  request.id = ++id_;
  request.command = command;
  request.arguments = std::move(arguments);
  waiting_.push_back({std::move(request), std::move(answered), patience});
  next();
}

void ControlLink::next() {
  if (asked_ || waiting_.empty() || !open()) return;
  asked_ = true;
  std::string line = control::writeRequest(waiting_.front().request);
  stream_.write(base::asBytes(line));
  base::wipeText(line);
  waiting_.front().request.arguments.wipe();
  patience_.startAt(loop_.now() + waiting_.front().patience);
}

std::size_t ControlLink::onData(net::Stream& /*stream*/, base::ByteView bytes) {
  const std::string_view text = base::asText(bytes);
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return 0;
  if (!asked_) {
    fail("it speaks without being asked");
    return bytes.size();
  }
  Asked asked = std::move(waiting_.front());
  auto answer = control::parseAnswer(text.substr(0, end), asked.request.id);
  if (!answer) {
    waiting_.front() = std::move(asked);
    fail(answer.error().text);
    return bytes.size();
  }
  waiting_.pop_front();
  asked_ = false;
  patience_.cancel();
  next();
  asked.answered(*answer);
  return end + 1;
}

void ControlLink::fail(const std::string& why) {
  stream_.close();
  patience_.cancel();
  asked_ = false;
  for (Asked& one : std::exchange(waiting_, {})) {
    one.answered(base::fail(Refusal{Code::Failed, path_ + ": " + why}));
  }
  lost_(why);
}

}  // namespace agent
