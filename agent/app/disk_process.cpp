#include "agent/app/disk_process.h"

#include <algorithm>
#include <utility>

#include "agent/control/message.h"
#include "shared/base/bytes.h"
#include "shared/base/json_members.h"

namespace agent {

using base::Json;
using control::Command;

namespace {

DiskStatus statusOf(const Json& answer) {
  DiskStatus status;
  status.state = textOf(answer, "state");
  status.why = textOf(answer, "why");
  status.key = {textOf(answer, "target"), static_cast<std::uint32_t>(numberOf(answer, "lun")), textOf(answer, "unit")};
  status.bytes = numberOf(answer, "bytes");
  status.blockSize = static_cast<std::uint32_t>(numberOf(answer, "block_size"));
  status.readOnly = truthOf(answer, "read_only");
  status.clients = numberOf(answer, "clients");
  status.change = numberOf(answer, "change");
  status.whole = answer;
  return status;
}

void set(control::Arguments& arguments, std::string_view name, const base::Secret& secret) {
  arguments.set(name, Json(std::string(base::asText(secret.reveal()))));
}

}  // namespace

void setLogin(control::Arguments& arguments, const DiskOrders& orders) {
  Json::Array portals;
  for (const std::string& one : orders.portals) portals.emplace_back(one);
  arguments.set("portals", Json(std::move(portals)));
  const attach::LoginProof& proof = orders.proof;
  if (!proof.user.empty()) {
    arguments.set("user", Json(proof.user));
    set(arguments, "secret", proof.secret);
  }
  if (!proof.targetUser.empty()) {
    arguments.set("target_user", Json(proof.targetUser));
    set(arguments, "target_secret", proof.targetSecret);
  }
}

DiskProcess::DiskProcess(net::Loop& loop, std::string controlPath, Hears hears)
    : loop_(loop),
      hears_(std::move(hears)),
      orders_(loop, controlPath, [](const std::string&) {}),
      news_(loop, controlPath, [this](const std::string& why) { end(why); }),
      retry_(loop.timers(), [this] { connect(); }),
      again_(loop.timers(), [this] { tell(); }) {}

DiskProcess::~DiskProcess() { ended_ = true; }

void DiskProcess::begin(base::Duration patience) {
  giveUp_ = loop_.now() + patience;
  pause_ = kFirstRetry;
  retry_.startAt(loop_.now());
}

void DiskProcess::connect() {
  if (ended_) return;
  auto connected = news_.connect();
  if (connected) connected = orders_.connect();
  if (connected) {
    ask();
    return stopping_ ? tellStop() : tell();
  }
  if (loop_.now() >= giveUp_) return end(connected.error().text);
  retry_.startAt(loop_.now() + pause_);
  pause_ = std::min<base::Duration>(pause_ * 2, kRetry);
}

void DiskProcess::direct(DiskOrders orders) {
  wanted_ = std::move(orders);
  told_ = false;
  tell();
}

void DiskProcess::tell() {
  if (ended_ || stopping_ || told_ || !wanted_ || !news_.open()) return;
  if (!orders_.open()) {
    // It has closed a connection that was silent for long.
    if (auto connected = orders_.connect(); !connected) return end(connected.error().text);
  }
  told_ = true;
  control::Arguments arguments;
  arguments.set("target", Json(wanted_->key.target));
  arguments.set("lun", Json(std::uint64_t{wanted_->key.lun}));
  if (wanted_->key.designator != attach::kUnnamed) arguments.set("unit", Json(wanted_->key.designator));
  arguments.set("policy", Json(wanted_->policy));
  setLogin(arguments, *wanted_);
  orders_.ask(Command::DiskConfigure, std::move(arguments), [this](const control::Result& answer) {
    if (answer || ended_) return;
    if (orders_.open()) return hears_.refused(answer.error().text);
    // The connection is lost, and with it perhaps the orders; where the process is, news_ tells that.
    told_ = false;
    again_.startAt(loop_.now() + kAgain);
  });
}

void DiskProcess::ask() {
  control::Arguments arguments;
  arguments.set("since", Json(status_.change));
  arguments.set("wait", Json(static_cast<std::uint64_t>(status_.state.empty() ? 0 : kWait.count())));
  news_.ask(
      Command::DiskStatus, std::move(arguments), [this](const control::Result& answer) { heard(answer); },
      kWait + ControlLink::kPatience);
}

void DiskProcess::heard(const control::Result& answer) {
  if (ended_ || !news_.open()) return;
  if (!answer) return end(answer.error().text);
  status_ = statusOf(*answer);
  ask();
  hears_.news();
}

void DiskProcess::stop() {
  if (ended_ || stopping_) return;
  stopping_ = true;
  tellStop();
}

// One that has just been started is told when its socket is there.
void DiskProcess::tellStop() {
  if (!orders_.open() && !orders_.connect()) return;  // news_ tells that it is gone
  orders_.ask(Command::DiskStop, {}, [](const control::Result&) {});
}

void DiskProcess::end(const std::string& why) {
  if (std::exchange(ended_, true)) return;
  retry_.cancel();
  again_.cancel();
  hears_.lost(why);
}

}  // namespace agent
