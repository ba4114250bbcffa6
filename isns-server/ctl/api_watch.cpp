// watch: the stream of changes, resumed where it breaks off.
#include <algorithm>

#include "isns-server/ctl/api_handlers.h"
#include "isns-server/ctl/api_objects.h"
#include "isns-server/ctl/api_text.h"
#include "shared/base/json_reader.h"
#include "shared/ctl/option_values.h"
#include "shared/ctl/views.h"
#include "shared/mgmt/event_place.h"
#include "shared/mgmt/event_reader.h"

namespace ctl {
namespace {

using base::Json;
using mgmt::Route;

class Watch {
 public:
  Watch(ApiSession& session, Context& context, Output output, std::string since, std::optional<std::uint64_t> count)
      : session_(session), context_(context), output_(std::move(output)), since_(std::move(since)), count_(count) {}

  // Until enough was seen, or the server refuses, or it was away for kPatience.
  Outcome run() {
    constexpr base::Duration kPatience = std::chrono::minutes(5);
    constexpr base::Duration kLongest = std::chrono::seconds(30);
    constexpr base::Duration kShortest = std::chrono::seconds(1);
    base::Duration pause = kShortest;
    base::Duration waited{};
    for (;;) {
      mgmt::EventReader reader;
      bool heard = false;  // a sign of life is enough
      const base::TimePoint begun = context_.now().mono;
      const auto outcome = session_.follow({Route::Events, {}, {{"since", since_}}}, [&](std::string_view piece) {
        heard = true;
        const bool more = reader.take(
            piece, [&](const std::string& name, const std::string& data) { return event(name, data, reader.id()); });
        if (more && !reader.id().empty()) since_ = reader.id();  // the first word of a stream has one, too
        return more;
      });
      if (wrong_) return base::fail(*wrong_);
      if (count_ && seen_ >= *count_) return {};
      const bool away = outcome.ok() || outcome.error().exit == Exit::Connect || outcome.error().exit == Exit::Timeout;
      waited = heard ? base::Duration{} : waited + (context_.now().mono - begun);
      if (heard) pause = kShortest;
      // What never began is no stream that broke off.
      if (!away || since_.empty() || waited >= kPatience) {
        if (!outcome) return outcome;
        return base::fail(Failure{Exit::Connect, session_.server(), "it closed the stream", "watch again with --since"});
      }
      context_.err << "The stream has ended; it goes on after revision " << since_.substr(0, since_.find('.'))
                   << " once the server answers." << std::endl;
      context_.machine->wait(pause);
      waited += pause;
      pause = std::min(pause * 2, kLongest);
    }
  }

 private:
  bool event(const std::string& name, const std::string& data, const std::string& id) {
    const auto json = base::parseJson(data);
    if (!json) {
      wrong_ = Failure{Exit::Malformed, session_.server(), "an event is no JSON", {}};
      return false;
    }
    const std::uint64_t revision = numberOf(*json, "revision");
    const std::string place = id.empty() ? std::to_string(revision) : id;  // an older server's
    if (output_.format() == Format::Table) {
      forPeople(name, *json, revision);
    } else {
      forPrograms(name, *json, revision, place);
    }
    // What nobody reads is not shown: the next watch must begin before it.
    if (!context_.out) {
      wrong_ = Failure{Exit::Local, "cannot write the result", {}, "watch again with --since " + since_};
      return false;
    }
    since_ = place;
    return !count_ || ++seen_ < *count_;
  }

  void forPrograms(const std::string& name, const Json& json, std::uint64_t revision, const std::string& place) {
    const Json& diff = memberOf(json, "diff");
    Record record{{"event", "", Json(name)},
                  {"revision", "", Json(revision)},
                  {"id", "", Json(place)},
                  {"time", "", memberOf(json, "time")}};
    if (output_.format() == Format::Json) {
      record.push_back({"diff", "", diff});
    } else {
      std::string lines;
      for (const Json& line : listOf(diff, "lines")) lines += (lines.empty() ? "" : "; ") + line.plain();
      record.push_back({"lines", "", Json(lines)});
    }
    output_.line(record);
  }

  void forPeople(const std::string& name, const Json& json, std::uint64_t revision) {
    if (name == "gap") {
      context_.out << "What came after " << since_ << " cannot be told any more; what comes is told from revision "
                   << revision << " on." << std::endl;
      return;
    }
    context_.out << output_.bold(whenText(numberOf(json, "time")) + " UTC  revision " + std::to_string(revision))
                 << '\n';
    const auto& lines = listOf(memberOf(json, "diff"), "lines");
    if (lines.empty()) context_.out << "  nothing that an administrator sees\n";
    for (const Json& line : lines) context_.out << "  " << diffLine(output_, line.plain()) << '\n';
    context_.out << std::flush;
  }

  ApiSession& session_;
  Context& context_;
  Output output_;
  std::string since_;  // the id of what was shown last, or a revision; empty: none yet
  std::optional<std::uint64_t> count_;
  std::uint64_t seen_ = 0;
  std::optional<Failure> wrong_;
};

}  // namespace

Outcome apiWatch(const Invocation& invocation, Context& context) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  std::string from = optionText(invocation, "--since");
  if (invocation.has("--since") && !mgmt::EventPlace::parse(from)) {
    return base::fail(
        usageFailure("--since", "\"" + from + "\" is neither a revision nor the id of an event",
                     "a number, as sanctl status prints it, or an id, as sanctl watch --output json does"));
  }
  const auto count = countOption(invocation, "--count");
  if (!count) return base::fail(count.error());
  if (from.empty()) {
    // So that nothing is missed where the stream breaks off before its first event.
    const auto status = session->ask({.route = Route::Status});
    if (!status) return base::fail(status.error());
    if (!memberOf(*status, "revision").isNull()) from = memberOf(*status, "revision").plain();
  }
  Output output = openOutput(invocation, context);
  if (context.machine->showsTerminal() && output.format() == Format::Table)
    context.err << "Changes are shown as they come; Ctrl-C ends it." << std::endl;
  return Watch(*session, context, std::move(output), std::move(from), *count).run();
}

}  // namespace ctl
