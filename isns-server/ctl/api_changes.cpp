// change ...
#include <algorithm>

#include "isns-server/ctl/api_asking.h"
#include "isns-server/ctl/api_handlers.h"
#include "isns-server/ctl/api_objects.h"
#include "isns-server/ctl/api_text.h"
#include "isns-server/ctl/change_steps.h"
#include "isns-server/ctl/change_views.h"
#include "shared/base/whole_number.h"
#include "shared/ctl/option_values.h"
#include "shared/ctl/views.h"

namespace ctl {
namespace {

using base::Json;
using mgmt::Route;

Asked<Json> presentChange(ApiSession& session, const std::string& id) { return session.ask({Route::GetChange, {id}}); }

std::string idArgument(const Invocation& invocation) { return optionText(invocation, "ID"); }

// Steps that name the version which they mean: that of --version-seen, else the present one.
Outcome step(const Invocation& invocation, Context& context, Route route, bool withVersion) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const std::string id = idArgument(invocation);
  Json::Object body;
  if (withVersion) {
    const auto typed = countOption(invocation, "--if-version");
    if (!typed) return base::fail(typed.error());
    if (*typed) {
      body.push_back({"version", **typed});
    } else {
      const auto change = presentChange(*session, id);
      if (!change) return base::fail(change.error());
      body.push_back({"version", memberOf(*change, "version")});
    }
  }
  for (const auto& [option, member] :
       {std::pair{"--reason", "reason"}, std::pair{"--ticket", "ticket"}, std::pair{"--override", "override"}}) {
    if (const auto text = invocation.one(option)) body.push_back({member, *text});
  }
  if (route == Route::CommitChange) {
    if (auto status = addDrain(invocation, body); !status) return base::fail(status.error());
  }
  const bool bodied = !mgmt::rowOf(route).body.empty();
  auto change = session->ask({route, {id}, {}, bodied ? Json(std::move(body)) : Json()});
  if (route == Route::CommitChange) change = settled(invocation, context, *session, id, std::move(change));
  if (!change) return base::fail(change.error());
  Output output = openOutput(invocation, context);
  if (route == Route::ConfirmChange && output.format() == Format::Table) {
    printChangeTitle(*change, output, context);
  } else if (!change->isNull()) {
    printChange(*change, output, context);
  }
  return route == Route::CommitChange ? carriedOut(invocation, *change) : Outcome{};
}

Failure reasonMissing(std::string_view what) {
  return usageFailure(std::string(what), "a reason is missing", "--reason 'WHY' goes to the audit log");
}

}  // namespace

Outcome changeList(const Invocation& invocation, Context& context) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const auto limit = countOption(invocation, "--limit");
  if (!limit) return base::fail(limit.error());
  auto pages = allPages(*session, {Route::ListChanges, {}, {{"state", optionText(invocation, "--state")}}},
                        limit->value_or(1'000'000));
  if (!pages) return base::fail(pages.error());
  Output output = openOutput(invocation, context);
  constexpr ViewColumn kColumns[] = {{"id", "Id"},
                                     {"state", "State", Shown::Painted},
                                     {"title", "Title"},
                                     {"author", "Author"},
                                     {"approver", "Approver", Shown::CsvOnly},
                                     {"ticket", "Ticket"},
                                     {"revision", "Revision"},
                                     {"reason", "Reason", Shown::CsvOnly},
                                     {"version", "Version", Shown::CsvOnly}};
  const std::size_t found = pages->items.size();
  if (output.format() == Format::Table && found == 0) {
    context.out << (invocation.has("--state") ? "No change set is " + optionText(invocation, "--state")
                                              : std::string("There are no change sets yet"))
                << ".\n";
  } else {
    printList(output, Json(std::move(pages->items)), kColumns);
    sayMore(*pages, "earlier", context);
  }
  return listOutcome(invocation, found);
}

Outcome changeShow(const Invocation& invocation, Context& context) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const auto change = presentChange(*session, idArgument(invocation));
  if (!change) return base::fail(change.error());
  Output output = openOutput(invocation, context);
  printChange(*change, output, context);
  if (output.format() != Format::Table) return {};
  const auto& edits = listOf(*change, "edits");
  if (!edits.empty()) context.out << '\n' << output.bold("Edits") << '\n';
  std::size_t number = 0;
  for (const Json& edit : edits) {
    std::string text = textOf(edit, "op") + " " + textOf(edit, "object");
    if (const std::string field = textOf(edit, "field"); !field.empty()) text += " " + field;
    if (!memberOf(edit, "value").isNull()) text += " = " + memberOf(edit, "value").plain();
    context.out << "  " << ++number << ". " << wrappedText(text, 5, context) << '\n';
  }
  return {};
}

Outcome changeNew(const Invocation& invocation, Context& context) {
  Json::Array edits;
  if (const auto source = invocation.one("--edits")) {
    auto json = jsonInput(context, std::string(*source));
    if (!json) return base::fail(json.error());
    if (json->array() == nullptr) return base::fail(usageFailure("--edits", "a list of edits is wanted", {}));
    edits = *json->array();
  }
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const std::string title = optionText(invocation, "TITLE");
  if (!edits.empty()) return draftAndFinish(invocation, context, *session, title, std::move(edits));
  Json::Object body{{"title", title}, {"edits", Json::Array{}}};
  if (auto status = addDrain(invocation, body); !status) return base::fail(status.error());
  const auto change = session->ask({Route::CreateChange, {}, {}, std::move(body)});
  if (!change) return base::fail(change.error());
  Output output = openOutput(invocation, context);
  printChange(*change, output, context);
  say(context, output, "\nIt is empty: add edits with sanctl change edit " + idOf(*change) + " --append EDITS.");
  return {};
}

Outcome changeEdit(const Invocation& invocation, Context& context) {
  Json::Object body;
  for (const auto& [option, member] : {std::pair{"--append", "append"}, std::pair{"--replace", "replace"}}) {
    const auto source = invocation.one(option);
    if (!source) continue;
    auto json = jsonInput(context, std::string(*source));
    if (!json) return base::fail(json.error());
    body.push_back({member, std::move(*json)});
  }
  Json::Array drop;
  for (const std::string_view text : invocation.all("--drop")) {
    const auto number = base::wholeNumber<std::uint64_t>(text);
    if (!number || *number == 0)
      return base::fail(usageFailure("--drop", "\"" + std::string(text) + "\" is no number of an edit",
                                     "from 1, as sanctl change show numbers them; --drop 1 --drop 3 for several"));
    drop.emplace_back(*number - 1);
  }
  if (!drop.empty()) body.push_back({"drop", std::move(drop)});
  const bool several = body.size() > 1;
  if (auto status = addDrain(invocation, body); !status) return base::fail(status.error());
  if (several || body.empty()) {
    return base::fail(usageFailure("change edit", body.empty() ? "nothing is to be done" : "one thing at a time",
                                   "give --append, --replace or --drop, or --drain"));
  }
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const auto present = presentChange(*session, idArgument(invocation));
  if (!present) return base::fail(present.error());
  body.insert(body.begin(), {"version", memberOf(*present, "version")});
  const auto change = session->ask({Route::EditChange, {idArgument(invocation)}, {}, std::move(body)});
  if (!change) return base::fail(change.error());
  Output output = openOutput(invocation, context);
  printChange(*change, output, context);
  return {};
}

Outcome changeDiff(const Invocation& invocation, Context& context) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const auto diff = session->ask({Route::DiffChange, {idArgument(invocation)}});
  if (!diff) return base::fail(diff.error());
  Output output = openOutput(invocation, context);
  printDiff(diffBodyOf(*diff), output, context, "It changes nothing.");
  return {};
}

Outcome changeImpact(const Invocation& invocation, Context& context) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const auto impact = session->ask({Route::ImpactChange, {idArgument(invocation)}});
  if (!impact) return base::fail(impact.error());
  Output output = openOutput(invocation, context);
  printImpact(*impact, output, context);
  return {};
}

Outcome changeMerge(const Invocation& invocation, Context& context) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const std::string id = idArgument(invocation);
  const auto present = presentChange(*session, id);
  if (!present) return base::fail(present.error());
  const auto merge =
      session->ask({Route::MergeChange, {id}, {}, Json::Object{{"version", memberOf(*present, "version")}}});
  if (!merge) return base::fail(merge.error());
  Output output = openOutput(invocation, context);
  if (output.format() != Format::Table) return output.json(*merge), Outcome{};
  const Json& change = memberOf(*merge, "change").isNull() ? *merge : memberOf(*merge, "change");
  printChange(change, output, context);
  for (const auto& [name, title] : {std::pair{"taken", "Taken from what others have changed"},
                                    std::pair{"conflicts", "To be decided: both have changed it"}}) {
    Sheet sheet{{{"object", "Object"},
                 {"field", "Field"},
                 {"base", "Before"},
                 {"theirs", "Others"},
                 {"ours", "This draft"},
                 {"why", "Why"}},
                {}};
    for (const Json& one : listOf(*merge, name)) {
      std::vector<Cell>& row = sheet.rows.emplace_back();
      for (const Column& column : sheet.columns) {
        const Json& value = memberOf(one, column.field);
        row.push_back(value.isNull() ? Cell{} : Cell{value});
      }
    }
    if (sheet.rows.empty()) continue;
    context.out << '\n' << output.bold(title) << '\n';
    output.sheet(sheet);
  }
  return {};
}

Outcome changeSubmit(const Invocation& invocation, Context& context) {
  if (!invocation.has("--reason")) return base::fail(reasonMissing("change submit"));
  return step(invocation, context, Route::SubmitChange, true);
}
Outcome changeReject(const Invocation& invocation, Context& context) {
  if (!invocation.has("--reason")) return base::fail(reasonMissing("change reject"));
  return step(invocation, context, Route::RejectChange, true);
}
Outcome changeCommit(const Invocation& invocation, Context& context) {
  return step(invocation, context, Route::CommitChange, true);
}
Outcome changeConfirm(const Invocation& invocation, Context& context) {
  return step(invocation, context, Route::ConfirmChange, false);
}
Outcome apiBaseline(const Invocation& invocation, Context& context) {
  const auto reason = invocation.one("--reason");
  if (!reason) return base::fail(reasonMissing("baseline"));
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const auto change = session->ask({Route::ApproveBaseline, {}, {}, Json(Json::Object{{"reason", *reason}})});
  if (!change) return base::fail(change.error());
  Output output = openOutput(invocation, context);
  printChange(*change, output, context);
  return {};
}
Outcome changeDiscard(const Invocation& invocation, Context& context) {
  auto done = step(invocation, context, Route::DiscardChange, false);
  if (done) say(context, openOutput(invocation, context), "The draft " + idArgument(invocation) + " is discarded.");
  return done;
}

}  // namespace ctl
