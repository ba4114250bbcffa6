#include "isns-server/ctl/change_steps.h"

#include <algorithm>

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

Outcome showDiff(ApiSession& session, const std::string& id, std::string_view title, Output& output, Context& context) {
  if (output.format() != Format::Table) return {};
  const auto diff = session.ask({Route::DiffChange, {id}});
  if (!diff) return base::fail(diff.error());
  context.out << output.bold(title) << '\n';
  printDiff(diffBodyOf(*diff), output, context, {});
  return {};
}

Asked<Json> showImpact(ApiSession& session, const std::string& id, Output& output, Context& context) {
  auto impact = session.ask({Route::ImpactChange, {id}});
  if (!impact || output.format() != Format::Table) return impact;
  context.out << '\n';
  printImpact(*impact, output, context);
  context.out << '\n';
  return impact;
}

namespace {

// The server may have done what it was asked, although it has not said so.
bool mayBeDone(const Failure& failure) {
  return failure.exit == Exit::Timeout || failure.exit == Exit::Connect || failure.exit == Exit::Malformed;
}

// `state`: that of the last look; empty where there was none.
Failure notKnown(const Failure& failure, const std::string& id, const std::string& state, std::string_view doubt) {
  const std::string last = state.empty() ? "" : " (it was " + state + " when last looked at)";
  return {failure.exit, failure.what,
          failure.why + ", so it is not known whether change set " + id + last + " " + std::string(doubt),
          "sanctl change show " + id + " says where it stands"};
}

// Looks until the change set has left the states of `passing`, for a minute; with --no-wait once at most.
Asked<Json> lookedAt(const Invocation& invocation, Context& context, ApiSession& session, Json change,
                     std::span<const std::string_view> passing, std::string_view doubt) {
  constexpr std::chrono::milliseconds kPause(100);
  constexpr int kLooks = 600;
  const std::string id = idOf(change);
  const auto passes = [&] { return std::ranges::find(passing, textOf(change, "state")) != passing.end(); };
  Progress progress(context, "The targets are told, then the name server");
  for (int look = 0; look < kLooks && passes() && !invocation.has("--no-wait"); ++look) {
    context.machine->wait(kPause);
    progress.received(0);
    auto present = session.ask({Route::GetChange, {id}});
    if (!present) return base::fail(notKnown(present.error(), id, textOf(change, "state"), doubt));
    change = std::move(*present);
  }
  return change;
}

// The answer to a commit may be late: the server waits for a store that takes nothing, and carries it out then.
Asked<Json> afterSilence(const Invocation& invocation, Context& context, ApiSession& session, const std::string& id,
                         const Failure& failure) {
  constexpr std::string_view kBefore[] = {"open", "submitted", "approved"};
  constexpr std::string_view kDoubt = "is committed";
  const auto present = session.ask({Route::GetChange, {id}});
  if (!present) return base::fail(notKnown(failure, id, {}, kDoubt));
  auto change = lookedAt(invocation, context, session, *present, kBefore, kDoubt);
  if (!change) return change;
  const std::string state = textOf(*change, "state");
  if (std::ranges::find(kBefore, state) == std::end(kBefore)) return change;
  return base::fail(notKnown(failure, id, state, kDoubt));
}

}  // namespace

// The reason is asked for before anything is made.
Outcome sendOff(const Invocation& invocation, Context& context, ApiSession& session, const Json& draft) {
  const std::string id = idOf(draft);
  Json::Object why{{"version", numberOf(draft, "version")}, {"reason", optionText(invocation, "--reason")}};
  if (const std::string ticket = optionText(invocation, "--ticket"); !ticket.empty()) why.push_back({"ticket", ticket});
  const auto submitted = session.ask({Route::SubmitChange, {id}, {}, Json(why)});
  if (!submitted) {
    if (mayBeDone(submitted.error())) return base::fail(notKnown(submitted.error(), id, {}, "is submitted"));
    context.err << "The draft " << id << " stays as it is.\n";
    return base::fail(submitted.error());
  }
  why.front().value = Json(numberOf(*submitted, "version"));
  auto committed = session.ask({Route::CommitChange, {id}, {}, Json(why)});
  if (!committed && !mayBeDone(committed.error()))
    context.err << "The change set " << id << " is submitted, and not committed.\n";
  const auto done = settled(invocation, context, session, id, std::move(committed));
  if (!done) return base::fail(done.error());
  Output output = openOutput(invocation, context);
  printChange(*done, output, context);
  return carriedOut(invocation, *done);
}

Asked<Json> settled(const Invocation& invocation, Context& context, ApiSession& session, const std::string& id,
                    Asked<Json> committed) {
  constexpr std::string_view kUnderWay[] = {"committing"};
  if (!committed && mayBeDone(committed.error()))
    committed = afterSilence(invocation, context, session, id, committed.error());
  if (!committed) return committed;
  return lookedAt(invocation, context, session, std::move(*committed), kUnderWay, "is carried out");
}

Outcome carriedOut(const Invocation& invocation, const Json& change) {
  const std::string state = textOf(change, "state");
  const std::string what = "change set " + idOf(change);
  const std::string advice = "sanctl change show " + idOf(change) + " says where it stands";
  if (state == "confirming" || state == "confirmed") return {};
  if (state == "committing") {
    if (invocation.has("--no-wait")) return {};
    return base::fail(Failure{Exit::Timeout, what, "it is not carried out yet, after a minute", advice});
  }
  const std::string note = textOf(change, "note");
  const std::string why = state == "rolled-back" ? "it was taken back" : "it was committed, and is " + state + " now";
  return base::fail(Failure{Exit::Conflict, what, why + (note.empty() ? "" : ": " + note), advice});
}

Outcome failedWithDraft(Context& context, ApiSession& session, const std::string& id, bool wanted,
                        const Failure& failure) {
  if (wanted || !session.ask({Route::DiscardChange, {id}})) {
    context.err << "The draft " << id << " is left: sanctl change show " << id << " shows it, sanctl change discard "
                << id << " drops it.\n";
  }
  return base::fail(failure);
}

Outcome finishDraft(const Invocation& invocation, Context& context, ApiSession& session, const Json& change,
                    std::string_view nothing) {
  Output output = openOutput(invocation, context);
  const std::string id = idOf(change);
  const bool dry = invocation.has("--dry-run");
  const auto failed = [&](const Failure& failure) { return failedWithDraft(context, session, id, !dry, failure); };
  const auto discarded = [&]() -> Outcome {
    const auto dropped = session.ask({Route::DiscardChange, {id}});
    return dropped ? Outcome{} : failedWithDraft(context, session, id, true, dropped.error());
  };
  const auto nothingToDo = [&]() -> Outcome {
    if (auto dropped = discarded(); !dropped) return dropped;
    if (output.format() == Format::Json) output.json(Json::Object{{"change", Json()}});
    say(context, output, std::string(nothing));
    return {};
  };
  if (listOf(change, "edits").empty()) return nothingToDo();
  const auto diff = session.ask({Route::DiffChange, {id}});
  if (!diff) return failed(diff.error());
  // Edits may say what is so already: a member that is in the zone.
  const Json& differs = diffBodyOf(*diff);
  if (listOf(differs, "objects").empty() && listOf(differs, "lines").empty()) return nothingToDo();
  if (invocation.has("--commit")) return sendOff(invocation, context, session, change);
  const auto impact = session.ask({Route::ImpactChange, {id}});
  if (!impact) return failed(impact.error());
  if (dry) {
    if (auto dropped = discarded(); !dropped) return dropped;
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
  // What others have changed since is theirs to be overwritten only knowingly.
  if (session.seen()) body.push_back({"base_revision", *session.seen()});
  if (auto status = addDrain(invocation, body); !status) return base::fail(status.error());
  const auto change = session.ask({Route::CreateChange, {}, {}, std::move(body)});
  if (!change) return base::fail(change.error());
  return finishDraft(invocation, context, session, *change);
}

}  // namespace ctl
