#include "isns-server/ctl/change_steps.h"

#include "isns-server/ctl/api_objects.h"
#include "isns-server/ctl/api_text.h"
#include "isns-server/ctl/change_views.h"
#include "isns-server/ctl/progress.h"
#include "shared/ctl/option_values.h"

namespace ctl {

using base::Json;
using mgmt::Route;

Json editJson(std::string_view op, const std::string& object, std::string_view field, Json value) {
  Json::Object edit{{"op", op}, {"object", object}};
  if (!field.empty()) {
    edit.push_back({"field", field});
    edit.push_back({"value", std::move(value)});
  }
  return edit;
}

Outcome addDrain(const Invocation& invocation, Json::Object& body) {
  const auto drain = spanOption(invocation, "--drain");
  if (!drain) return base::fail(drain.error());
  if (*drain) body.push_back({"drain", **drain});
  return {};
}

// The reason is asked for before anything is made.
Outcome sendOff(const Invocation& invocation, Context& context, ApiSession& session, const Json& draft) {
  const std::string id = idOf(draft);
  Json::Object why{{"version", numberOf(draft, "version")}, {"reason", optionText(invocation, "--reason")}};
  if (const std::string ticket = optionText(invocation, "--ticket"); !ticket.empty()) why.push_back({"ticket", ticket});
  const auto submitted = session.ask({Route::SubmitChange, {id}, {}, Json(why)});
  if (!submitted) {
    context.err << "The draft " << id << " stays as it is.\n";
    return base::fail(submitted.error());
  }
  why.front().value = Json(numberOf(*submitted, "version"));
  const auto committed = session.ask({Route::CommitChange, {id}, {}, Json(why)});
  if (!committed) {
    context.err << "The change set " << id << " is submitted, and not committed.\n";
    return base::fail(committed.error());
  }
  const auto done = settled(invocation, context, session, *committed);
  if (!done) return base::fail(done.error());
  Output output = openOutput(invocation, context);
  printChange(*done, output, context);
  return {};
}

Asked<Json> settled(const Invocation& invocation, Context& context, ApiSession& session, Json change) {
  constexpr std::chrono::milliseconds kPause(100);
  constexpr int kLooks = 600;
  if (invocation.has("--no-wait")) return change;
  Progress progress(context, "The targets are told, then the name server");
  for (int look = 0; look < kLooks && textOf(change, "state") == "committing"; ++look) {
    context.machine->wait(kPause);
    progress.received(0);
    auto present = session.ask({Route::GetChange, {idOf(change)}});
    if (!present) return base::fail(present.error());
    change = std::move(*present);
  }
  return change;
}

Outcome finishDraft(const Invocation& invocation, Context& context, ApiSession& session, const Json& change,
                    std::string_view nothing) {
  Output output = openOutput(invocation, context);
  const std::string id = idOf(change);
  const auto nothingToDo = [&]() -> Outcome {
    const auto dropped = session.ask({Route::DiscardChange, {id}});
    if (!dropped) return base::fail(dropped.error());
    if (output.format() == Format::Json) output.json(Json::Object{{"change", Json()}});
    say(context, output, std::string(nothing));
    return {};
  };
  if (listOf(change, "edits").empty()) return nothingToDo();
  const auto diff = session.ask({Route::DiffChange, {id}});
  if (!diff) return base::fail(diff.error());
  // Edits may say what is so already: a member that is in the zone.
  const Json& differs = diffBodyOf(*diff);
  if (listOf(differs, "objects").empty() && listOf(differs, "lines").empty()) return nothingToDo();
  if (invocation.has("--commit")) return sendOff(invocation, context, session, change);
  const auto impact = session.ask({Route::ImpactChange, {id}});
  if (!impact) return base::fail(impact.error());
  const bool dry = invocation.has("--dry-run");
  if (dry) {
    if (const auto dropped = session.ask({Route::DiscardChange, {id}}); !dropped) return base::fail(dropped.error());
  }
  if (output.format() == Format::Json) {
    output.json(Json::Object{{"change", dry ? Json() : change}, {"diff", *diff}, {"impact", *impact}});
    return {};
  }
  if (output.format() == Format::Csv) {
    printDiff(differs, output, context, {});
    return {};
  }
  context.out << output.bold(dry ? "What it would change" : "Draft " + id + ": " + textOf(change, "title")) << '\n';
  printDiff(differs, output, context, {});
  context.out << '\n';
  printImpact(*impact, output, context);
  if (!dry) {
    context.out << "\nNothing is changed yet. To go on:\n  sanctl change submit " << id
                << " --reason 'WHY'\n  sanctl change commit " << id << "\nor to drop it:\n  sanctl change discard "
                << id << '\n';
  }
  return {};
}

Outcome draftAndFinish(const Invocation& invocation, Context& context, ApiSession& session, const std::string& title,
                       Json::Array edits) {
  if (invocation.has("--commit") && optionText(invocation, "--reason").empty()) {
    return base::fail(usageFailure("--commit", "a reason is missing", "--reason 'WHY' goes to the audit log"));
  }
  Json::Object body{{"title", title}, {"edits", std::move(edits)}};
  if (auto status = addDrain(invocation, body); !status) return base::fail(status.error());
  const auto change = session.ask({Route::CreateChange, {}, {}, std::move(body)});
  if (!change) return base::fail(change.error());
  return finishDraft(invocation, context, session, *change);
}

}  // namespace ctl
