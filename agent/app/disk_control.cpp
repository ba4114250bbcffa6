#include "agent/app/disk_control.h"

#include <algorithm>
#include <utility>

namespace agent {

using control::Code;
using control::Command;
using control::Refusal;

DiskControl::DiskControl(net::Loop& loop, ops::Log& log, DirectedDisk& disk, std::function<void()> stop)
    : loop_(loop),
      disk_(disk),
      due_(loop.timers(), [this] { answerWaiting(); }),
      stop_(loop.timers(), std::move(stop)),
      server_(
          loop,
          [this](std::string_view line, const ControlPeer& peer, ControlServer::Respond respond) {
            onLine(line, peer, std::move(respond));
          },
          [&log](const ControlPeer& peer, std::string_view why) {
            log.write<Event::DiskControlRefused>(base::now(), {{"pid", peer.pid}, {"uid", peer.uid}, {"why", why}});
          }) {
  disk_.setChanged([this] { answerWaiting(); });
}

void DiskControl::onLine(std::string_view line, const ControlPeer& peer, ControlServer::Respond respond) {
  auto request = control::parseRequest(line, control::diskCommandTable());
  if (!request) return respond(control::writeAnswer(request.error().id, base::fail(request.error().refusal)));
  switch (request->command) {
    case Command::DiskConfigure:
      return respond(control::writeAnswer(request->id, disk_.configure(request->arguments, peer.pid)));
    case Command::DiskStop:
      respond(control::writeAnswer(request->id, base::Json(base::Json::Object{{"stopping", true}})));
      // In another turn: the answer goes first.
      return stop_.startAt(loop_.now());
    default:
      return status(*request, std::move(respond));
  }
}

void DiskControl::status(const control::Request& request, ControlServer::Respond respond) {
  const auto wait = std::chrono::seconds(request.arguments.number("wait").value_or(kMaxWait.count()));
  if (wait > kMaxWait || wait.count() < 0) {
    return respond(control::writeAnswer(request.id, base::fail(Refusal{Code::Invalid, "wait: at most 60 seconds"})));
  }
  const auto since = request.arguments.number("since");
  waiting_.push_back(
      {request.id, since.value_or(0), loop_.now() + (since ? wait : std::chrono::seconds(0)), std::move(respond)});
  answerWaiting();
}

void DiskControl::answerWaiting() {
  const auto waits = [&](const Waiting& one) { return one.since == disk_.change() && one.deadline > loop_.now(); };
  const auto ready = std::stable_partition(waiting_.begin(), waiting_.end(), waits);
  std::vector<Waiting> now(std::make_move_iterator(ready), std::make_move_iterator(waiting_.end()));
  waiting_.erase(ready, waiting_.end());
  base::TimePoint next = base::kNever;
  for (const Waiting& one : waiting_) next = std::min(next, one.deadline);
  if (next != base::kNever) due_.startAt(next);
  for (Waiting& one : now) one.respond(control::writeAnswer(one.id, disk_.status()));
}

}  // namespace agent
