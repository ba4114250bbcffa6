// change rollback: shows what the inverse does before it is sent, and asks.
//
// Within its window a change set is taken back at once: what it did is shown, and a yes sends it. Of one that is confirmed
// the server makes a draft of the inverse: its diff and impact are shown, and a yes submits and commits it; a no discards
// it. With --draft it stays a draft.
#include "isns-server/ctl/api_asking.h"
#include "isns-server/ctl/api_handlers.h"
#include "isns-server/ctl/api_objects.h"
#include "isns-server/ctl/api_text.h"
#include "isns-server/ctl/change_steps.h"
#include "isns-server/ctl/change_views.h"

namespace ctl {
namespace {

using base::Json;
using mgmt::Route;

constexpr std::string_view kNothingLeft = "There is nothing left of it to take back.";

void sayWhatStays(const Json& answer, const Output& output, Context& context) {
  for (const Json& one : listOf(answer, "left")) {
    const std::string field = textOf(one, "field");
    say(context, output, "Stays as it is: " + textOf(one, "object") + (field.empty() ? "" : " " + field) + ": " + textOf(one, "why"));
  }
}

Outcome mayAsk(const Invocation& invocation, Context& context) {
  if (invocation.has("--yes") || invocation.has("--draft") || context.machine->asksTerminal()) return {};
  return base::fail(usageFailure("change rollback", "there is no terminal to ask on whether it is meant",
                                 "say so with --yes, or see it first with --draft"));
}

Outcome finishInverse(const Invocation& invocation, Context& context, ApiSession& session, const Json& draft) {
  Output output = openOutput(invocation, context);
  sayWhatStays(draft, output, context);
  if (invocation.has("--draft") || listOf(draft, "edits").empty())
    return finishDraft(invocation, context, session, draft, kNothingLeft);
  const std::string id = idOf(draft);
  if (output.format() == Format::Table) {
    if (auto shown = showDiff(session, id, "What takes it back", output, context); !shown)
      return failedWithDraft(context, session, id, false, shown.error());
    if (auto impact = showImpact(session, id, output, context); !impact)
      return failedWithDraft(context, session, id, false, impact.error());
  }
  auto meant = confirmed(invocation, context, "It is submitted and committed as change set " + id + ".");
  if (meant) return sendOff(invocation, context, session, draft);
  return failedWithDraft(context, session, id, false, meant.error());
}

}  // namespace

Outcome changeRollBack(const Invocation& invocation, Context& context) {
  if (auto given = reasonGiven(invocation); !given) return given;
  if (auto may = mayAsk(invocation, context); !may) return may;
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const std::string id = optionText(invocation, "ID");
  const auto present = session->ask({Route::GetChange, {id}});
  if (!present) return base::fail(present.error());
  Output output = openOutput(invocation, context);
  if (textOf(*present, "state") == "confirming") {
    if (invocation.has("--draft"))
      return base::fail(usageFailure("--draft", "within its window a change set is taken back at once", "leave it out"));
    if (auto shown = showDiff(*session, id, "What it did, and what is taken back", output, context); !shown)
      return shown;
    if (output.format() == Format::Table) context.out << '\n';
    if (auto meant = confirmed(invocation, context, "It is taken back at once."); !meant) return meant;
  }
  Json::Object body{{"reason", optionText(invocation, "--reason")}};
  if (const std::string ticket = optionText(invocation, "--ticket"); !ticket.empty()) body.push_back({"ticket", ticket});
  const auto answer = session->ask({Route::RollBackChange, {id}, {}, Json(std::move(body))});
  if (!answer) return base::fail(answer.error());
  if (textOf(*answer, "state") == "open") return finishInverse(invocation, context, *session, *answer);
  sayWhatStays(*answer, output, context);
  const auto done = settled(invocation, context, *session, id, *answer);
  if (!done) return base::fail(done.error());
  printChange(*done, output, context);
  return {};
}

}  // namespace ctl
