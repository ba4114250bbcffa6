// `sanctl iscsi watch`: what happens to a session, as it happens.
#include <array>
#include <ctime>

#include "agent/initiator/ctl/client.h"
#include "agent/initiator/ctl/handlers.h"
#include "shared/ctl/option_values.h"

namespace initiator_ctl {
namespace {

using base::Json;
using iscsi::InitiatorNotice;

std::string timeText(base::WallTime time) {
  const std::time_t seconds = time.time_since_epoch().count();
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

class Watched final : public initiator::LogicalUnit {
 public:
  Watched(initiator::Session& session, std::uint32_t lun, ctl::Output& output, ctl::Context& context)
      : LogicalUnit(session, lun), output_(output), context_(context) {}

  void print(std::string_view event, const std::string& details) {
    output_.line({{"time", "TIME", base::Json(timeText(context_.now().wall))},
                  {"event", "EVENT", base::Json(event)},
                  {"details", "DETAILS", base::Json(details)}});
    ++printed_;
  }
  [[nodiscard]] std::uint64_t printed() const { return printed_; }

 protected:
  bool onUnitAttention(const initiator::SenseView& sense, const initiator::ScsiRequest&) override {
    print("unit-attention", describe(sense));
    return true;
  }

 private:
  ctl::Output& output_;
  ctl::Context& context_;
  std::uint64_t printed_ = 0;
};

std::string detailsOf(const InitiatorNotice& notice) {
  std::string text(notice.what);
  if (notice.kind == InitiatorNotice::Kind::LogoutRequested)
    text += ", within " + std::to_string(notice.seconds) + " s";
  if (notice.kind == InitiatorNotice::Kind::ScsiEvent && notice.data.size() > 2) {
    if (const auto sense = initiator::readSense(notice.data.subspan(2))) text += ": " + describe(*sense);
  }
  return text;
}

}  // namespace

ctl::Outcome watch(const ctl::Invocation& invocation, ctl::Context& context) {
  auto to = readDestination(invocation.one("URL").value_or(""), Wanted::Unit, invocation, context);
  if (!to) return base::fail(to.error());
  const auto count = ctl::countOption(invocation, "--count");
  if (!count) return base::fail(count.error());
  const auto poll = ctl::secondsOption(invocation, "--poll");
  if (!poll) return base::fail(poll.error());
  const auto duration = ctl::secondsOption(invocation, "--for");
  if (!duration) return base::fail(duration.error());
  const std::uint32_t lun = *to->url.lun;
  net::Loop loop;
  Interrupts interrupts(loop);
  const auto format = ctl::parseFormat(invocation.one("--output").value_or("table")).value_or(ctl::Format::Table);
  ctl::Output output(context.out, format);
  Client client(loop, std::move(*to));
  Watched unit(client.session(), lun, output, context);
  client.noticed = [&](const InitiatorNotice& notice) { unit.print(noticeName(notice.kind), detailsOf(notice)); };
  if (const auto connected = client.connect(); !connected) return connected;

  const base::TimePoint end = *duration ? base::MonotonicClock::now() + **duration : base::kNever;
  const base::Duration pause = poll->value_or(std::chrono::seconds(5));
  Asking asking;
  asking.ended = true;
  base::TimePoint next{};
  const auto enough = [&] {
    return interrupts.came() || base::MonotonicClock::now() >= end || (*count && unit.printed() >= **count);
  };
  client.runUntil([&] {
    // A unit tells of what has changed only when it is asked something.
    if (asking.ended && loop.now() >= next && !client.ended()) {
      next = loop.now() + pause;
      initiator::setTestUnitReady(asking);
      asking.ended = !unit.submit(asking);
    }
    return enough();
  });
  if (client.ended()) return base::fail(client.failure("the session is over"));
  client.noticed = nullptr;
  client.close();
  return {};
}

}  // namespace initiator_ctl
