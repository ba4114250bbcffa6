// chap batch: the secrets of many, some at a time.
#include "isns-server/ctl/api_asking.h"
#include "isns-server/ctl/api_handlers.h"
#include "isns-server/ctl/api_text.h"
#include "isns-server/ctl/chap_requests.h"
#include "shared/ctl/option_values.h"

namespace ctl {
namespace {

using base::Json;
using mgmt::Route;

constexpr ViewColumn kListColumns[] = {{"id", "No"},
                                       {"state", "State", Shown::Painted},
                                       {"waiting", "Waiting"},
                                       {"running", "Running", Shown::Count},
                                       {"done", "Done"},
                                       {"failed", "Failed", Shown::Count},
                                       {"by", "By"},
                                       {"made_at", "Made", Shown::Time},
                                       {"reason", "Reason"},
                                       {"at_once", "At once", Shown::CsvOnly},
                                       {"within", "Within", Shown::CsvOnly},
                                       {"at_deadline", "At deadline", Shown::CsvOnly}};
constexpr ViewColumn kColumns[] = {{"id", "number"},
                                   {"state", "state", Shown::Painted},
                                   {"waiting", "waiting"},
                                   {"running", "running", Shown::Name},
                                   {"done", "done"},
                                   {"failed", "failed", Shown::Name},
                                   {"at_once", "at once"},
                                   {"within", "seconds for each"},
                                   {"at_deadline", "at the deadline"},
                                   {"by", "by"},
                                   {"made_at", "made", Shown::Time},
                                   {"reason", "reason"}};

Outcome printBatch(const Invocation& invocation, Context& context, const ApiSession::Ask& what) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const auto batch = session->ask(what);
  if (!batch) return base::fail(batch.error());
  Output output = openOutput(invocation, context);
  if (output.format() == Format::Json) return output.json(*batch), Outcome{};
  output.record(recordBy(output, *batch, kColumns));
  if (textOf(*batch, "state") == "paused" && !listOf(*batch, "failed").empty()) {
    say(context, output,
        "\nIt paused at a failure. See why with sanctl chap show NUMBER; then\n  sanctl chap batch resume " +
            std::to_string(numberOf(*batch, "id")));
  }
  return {};
}

Asked<std::string> batchTyped(const Invocation& invocation) {
  return numberTyped(optionText(invocation, "BATCH"), "the batch", "sanctl chap batch list has their numbers");
}

Outcome step(const Invocation& invocation, Context& context, std::string_view action) {
  const auto number = batchTyped(invocation);
  if (!number) return base::fail(number.error());
  Json::Object body{{"action", action}};
  if (const auto reason = invocation.one("--reason")) body.push_back({"reason", *reason});
  return printBatch(invocation, context, {Route::StepRotations, {*number}, {}, std::move(body)});
}

}  // namespace

Outcome batchList(const Invocation& invocation, Context& context) {
  return printItems(invocation, context, {.route = Route::ListRotations}, kListColumns, "There are no batches.");
}

Outcome batchShow(const Invocation& invocation, Context& context) {
  const auto number = batchTyped(invocation);
  if (!number) return base::fail(number.error());
  return printBatch(invocation, context, {Route::GetRotation, {*number}});
}

Outcome batchStart(const Invocation& invocation, Context& context) {
  if (auto given = reasonGiven(invocation); !given) return given;
  if (!invocation.has("--filter") && !invocation.has("--older-than")) {
    return base::fail(usageFailure("chap batch start", "it is not said which secrets",
                                   "--older-than 365d, --filter TEXT, or both; --filter '' takes all"));
  }
  const auto age = spanOption(invocation, "--older-than");
  if (!age) return base::fail(age.error());
  const auto atOnce = countOption(invocation, "--at-once");
  if (!atOnce) return base::fail(atOnce.error());
  Json::Object body{{"reason", optionText(invocation, "--reason")}};
  if (const auto filter = invocation.one("--filter"); filter && !filter->empty()) body.push_back({"filter", *filter});
  // An empty filter alone: however old they are.
  if (*age || body.size() == 1) body.push_back({"older_than", age->value_or(0)});
  if (*atOnce) body.push_back({"at_once", **atOnce});
  if (auto timed = addTiming(invocation, body); !timed) return timed;
  return printBatch(invocation, context, {Route::StartRotations, {}, {}, std::move(body)});
}

Outcome batchPause(const Invocation& invocation, Context& context) { return step(invocation, context, "pause"); }
Outcome batchResume(const Invocation& invocation, Context& context) { return step(invocation, context, "resume"); }
Outcome batchCancel(const Invocation& invocation, Context& context) { return step(invocation, context, "cancel"); }

}  // namespace ctl
