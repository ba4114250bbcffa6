// change approve: shows what the approval is for before it is sent, and asks.
//
// What is sent names the version whose edits were shown and the hash of the cells that they were shown to change, so
// nothing else is approved by it. A script that has looked says --yes and at which version.
#include "isns-server/ctl/api_asking.h"
#include "isns-server/ctl/api_handlers.h"
#include "isns-server/ctl/api_text.h"
#include "isns-server/ctl/change_steps.h"
#include "isns-server/ctl/change_views.h"
#include "shared/ctl/option_values.h"

namespace ctl {

using base::Json;
using mgmt::Route;

Outcome changeApprove(const Invocation& invocation, Context& context) {
  constexpr std::string_view kCommand = "change approve";
  constexpr std::string_view kForScripts =
      "look at it with sanctl change show and impact, and say --if-version NUMBER --yes";
  const auto seen = countOption(invocation, "--if-version");
  if (!seen) return base::fail(seen.error());
  if (invocation.has("--yes") && !*seen) {
    return base::fail(
        usageFailure(std::string(kCommand), "--yes approves what nobody has looked at", std::string(kForScripts)));
  }
  Output output = openOutput(invocation, context);
  if (!invocation.has("--yes") && output.format() != Format::Table) {
    return base::fail(
        usageFailure(std::string(kCommand), "what is approved is shown as a table alone", std::string(kForScripts)));
  }
  if (!invocation.has("--yes") && !context.machine->asksTerminal()) {
    return base::fail(usageFailure(std::string(kCommand), "there is no terminal to ask on whether it is meant",
                                   std::string(kForScripts)));
  }
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const std::string id = optionText(invocation, "ID");
  const auto present = session->ask({Route::GetChange, {id}});
  if (!present) return base::fail(present.error());
  const Json version = *seen ? Json(**seen) : memberOf(*present, "version");
  if (auto shown = showDiff(*session, id, "What is approved", output, context); !shown) return shown;
  const auto impact = showImpact(*session, id, output, context);
  if (!impact) return base::fail(impact.error());
  if (auto meant = confirmed(invocation, context, "Change set " + id + " is approved as it is shown."); !meant)
    return meant;
  const auto change = session->ask(
      {Route::ApproveChange, {id}, {}, Json(Json::Object{{"version", version}, {"hash", memberOf(*impact, "hash")}})});
  if (!change) return base::fail(change.error());
  printChange(*change, output, context);
  return {};
}

}  // namespace ctl
