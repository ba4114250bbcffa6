// chap list, show, add, rotate, cancel, retire.
#include "isns-server/ctl/api_asking.h"
#include "isns-server/ctl/api_handlers.h"
#include "isns-server/ctl/api_objects.h"
#include "isns-server/ctl/api_text.h"
#include "isns-server/ctl/chap_requests.h"
#include "isns-server/ctl/secret_input.h"
#include "shared/ctl/option_values.h"

namespace ctl {
namespace {

using base::Json;
using mgmt::Route;

constexpr ViewColumn kListColumns[] = {{"id", "No"},
                                       {"initiator", "Initiator"},
                                       {"target", "Target"},
                                       {"mutual", "Mutual"},
                                       {"state", "State", Shown::Painted},
                                       {"phase", "Phase", Shown::CsvOnly},
                                       {"version", "Version"},
                                       {"next_version", "Next"},
                                       {"set_at", "Set", Shown::Time},
                                       {"proven_at", "Proven", Shown::Time},
                                       {"deadline", "Deadline", Shown::Time},
                                       {"user_name", "User name", Shown::CsvOnly},
                                       {"md5", "MD5", Shown::CsvOnly},
                                       {"weaknesses", "Weak"}};
constexpr ViewColumn kColumns[] = {{"id", "number"},
                                   {"initiator", "initiator"},
                                   {"target", "target"},
                                   {"mutual", "mutual"},
                                   {"user_name", "user name"},
                                   {"mutual_user_name", "target's user name"},
                                   {"state", "state", Shown::Painted},
                                   {"phase", "phase"},
                                   {"version", "version of the secret"},
                                   {"next_version", "next version"},
                                   {"set_at", "set", Shown::Time},
                                   {"proven_at", "proven by a login", Shown::Time},
                                   {"deadline", "deadline of the change", Shown::Time},
                                   {"at_deadline", "then"},
                                   {"md5", "last login with MD5"},
                                   {"weaknesses", "weaknesses"}};
constexpr ViewColumn kEndColumns[] = {{"side", "Side"},     {"node", "Node"},
                                      {"managed", "Agent"}, {"holds", "Holds", Shown::Painted},
                                      {"proven", "Proven"}, {"revealed", "Shown"}};

std::string targetOf(const Json& credential) {
  const std::string target = textOf(credential, "target");
  return target.empty() ? "all targets" : target;
}

std::string numberOfText(const Json& credential) { return std::to_string(numberOf(credential, "id")); }

Sheet sheetBy(const Output& output, const Json::Array& list, std::span<const ViewColumn> columns) {
  Sheet sheet;
  for (const ViewColumn& column : columns)
    sheet.columns.push_back({std::string(column.field), std::string(column.header), column.shown == Shown::Painted});
  for (const Json& one : list) {
    std::vector<Cell>& row = sheet.rows.emplace_back();
    for (const ViewColumn& column : columns) {
      const Record cell = recordBy(output, one, std::span(&column, 1));
      row.push_back(cell.empty() ? Cell{} : cell.front().value);
    }
  }
  return sheet;
}

void printCredential(const Json& credential, Output& output) {
  if (output.format() == Format::Json) return output.json(credential);
  Record record = recordBy(output, credential, kColumns);
  for (RecordField& field : record) {
    const std::string* text = field.value ? field.value->text() : nullptr;
    const bool none = field.value && field.value->array() != nullptr && field.value->array()->empty();
    if (output.format() == Format::Table && (none || (text != nullptr && text->empty()))) field.value = Json("none");
  }
  if (output.format() == Format::Table && memberOf(credential, "target").isNull())
    record.insert(record.begin() + 2, {"target", "target", Json("all targets")});
  output.report({{"credential", "Credential", std::move(record)},
                 {"ends", "Ends", sheetBy(output, listOf(credential, "ends"), kEndColumns)}});
}

// For each end that no agent speaks for, how its person gets the secret.
void sayForeignEnds(const Json& credential, Context& context, const Output& output) {
  if (memberOf(credential, "state").text() != nullptr && textOf(credential, "state") == "retired") return;
  for (const Json& end : listOf(credential, "ends")) {
    if (memberOf(end, "managed").isNull() || truthOf(end, "managed") || truthOf(end, "revealed")) continue;
    say(context, output,
        "No agent speaks for the " + textOf(end, "side") + " " + textOf(end, "node") +
            ". To type its secret there:\n  sanctl chap reveal " + numberOfText(credential) + " --node " +
            shellWord(textOf(end, "node")) + " --reason 'WHY'");
  }
}

void sayFindings(const Json& answer, Context& context) {
  for (const Json& finding : listOf(answer, "findings")) context.err << "sanctl: " << finding.plain() << '\n';
}

// Secrets that a person brings with this command, as marks in the body.
Outcome addSecrets(const Invocation& invocation, Context& context, Json::Object& body, base::SecretJson& secrets) {
  auto forward = broughtSecret(invocation, context, "--secret-fd", "--ask-secret", "Secret of the initiator: ");
  if (!forward) return base::fail(forward.error());
  auto reverse =
      broughtSecret(invocation, context, "--mutual-secret-fd", "--ask-mutual-secret", "Secret of the target: ");
  if (!reverse) return base::fail(reverse.error());
  if (*forward) body.push_back({"secret", secrets.mark(std::move(**forward))});
  if (*reverse) body.push_back({"mutual_secret", secrets.mark(std::move(**reverse))});
  return {};
}

Outcome step(const Invocation& invocation, Context& context, std::string_view action, Json::Object body,
             base::SecretJson secrets) {
  const auto number =
      numberTyped(optionText(invocation, "CREDENTIAL"), "the credential", "sanctl chap list has their numbers");
  if (!number) return base::fail(number.error());
  body.push_back({"action", action});
  body.push_back({"reason", optionText(invocation, "--reason")});
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const auto answer = session->ask({Route::ChangeCredential, {*number}, {}, std::move(body), &secrets});
  if (!answer) return base::fail(answer.error());
  sayFindings(*answer, context);
  Output output = openOutput(invocation, context);
  if (output.format() != Format::Table) return printCredential(*answer, output), Outcome{};
  const std::string name =
      "Credential " + *number + " of " + textOf(*answer, "initiator") + " with " + targetOf(*answer);
  if (action == "retire") {
    say(context, output, name + " is retired: its secrets are erased.");
    return {};
  }
  say(context, output,
      name + ": " + textOf(*answer, "phase") +
          (numberOf(*answer, "deadline") == 0 ? "."
                                              : ", until " + whenText(numberOf(*answer, "deadline")) + " UTC, then " +
                                                    textOf(*answer, "at_deadline") + "."));
  if (action == "rotate") {
    sayForeignEnds(*answer, context, output);
    say(context, output, "See how it goes with sanctl chap show " + *number + ".");
  }
  return {};
}

}  // namespace

Outcome chapList(const Invocation& invocation, Context& context) {
  const auto limit = countOption(invocation, "--limit");
  if (!limit) return base::fail(limit.error());
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const std::string filter = optionText(invocation, "--filter");
  const auto answer = listAll(*session, "chap", filter, {}, limit->value_or(1'000'000));
  if (!answer) return base::fail(answer.error());
  Output output = openOutput(invocation, context);
  const auto& items = listOf(*answer, "items");
  if (output.format() == Format::Table && items.empty()) {
    context.out << (filter.empty() ? "There are no credentials.\n" : "No credential matches " + filter + ".\n");
  } else {
    printList(output, memberOf(*answer, "items"), kListColumns);
    if (truthOf(*answer, "more")) context.err << "sanctl: there are more; --limit shows as many as you like\n";
  }
  return listOutcome(invocation, items.size());
}

Outcome chapShow(const Invocation& invocation, Context& context) {
  const auto number =
      numberTyped(optionText(invocation, "CREDENTIAL"), "the credential", "sanctl chap list has their numbers");
  if (!number) return base::fail(number.error());
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const auto credential = session->ask({Route::GetCredential, {*number}});
  if (!credential) return base::fail(credential.error());
  Output output = openOutput(invocation, context);
  printCredential(*credential, output);
  if (output.format() == Format::Table) context.out << '\n';
  sayForeignEnds(*credential, context, output);
  return {};
}

Outcome chapAdd(const Invocation& invocation, Context& context) {
  const auto draft = countOption(invocation, "--draft");
  if (!draft) return base::fail(draft.error());
  const bool mutual = invocation.has("--mutual");
  for (const char* option : {"--ask-mutual-secret", "--mutual-secret-fd", "--mutual-user-name"}) {
    if (invocation.has(option) && !mutual)
      return base::fail(usageFailure(option, "the credential is one-way", "give --mutual too"));
  }
  Json::Object body{{"initiator", optionText(invocation, "INITIATOR")}, {"mutual", mutual}};
  for (const auto& [option, member] :
       {std::pair{"TARGET", "target"}, std::pair{"--user-name", "user_name"},
        std::pair{"--mutual-user-name", "mutual_user_name"}, std::pair{"--reason", "reason"},
        std::pair{"--ticket", "ticket"}, std::pair{"--exception", "exception"}}) {
    if (const auto text = invocation.one(option)) body.push_back({member, *text});
  }
  if (*draft) body.push_back({"draft", **draft});
  base::SecretJson secrets = requestSecrets();
  if (auto added = addSecrets(invocation, context, body, secrets); !added) return added;
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const auto answer = session->ask({Route::MakeCredential, {}, {}, std::move(body), &secrets});
  if (!answer) return base::fail(answer.error());
  sayFindings(*answer, context);
  Output output = openOutput(invocation, context);
  if (output.format() == Format::Json) return output.json(*answer), Outcome{};
  const Json& credential = memberOf(*answer, "credential");
  const std::string change = std::to_string(numberOf(*answer, "change"));
  if (output.format() == Format::Csv) {
    output.record({{"credential", {}, memberOf(credential, "id")},
                   {"change", {}, memberOf(*answer, "change")},
                   {"change_state", {}, memberOf(*answer, "change_state")}});
    return {};
  }
  if (*draft) {
    context.out << "The credential is an edit of draft " << change
                << ", and is made when that takes effect. To go on:\n  sanctl change submit " << change
                << " --reason 'WHY'\n";
  } else if (credential.isNull()) {
    context.out << "Changes need approval: change set " << change
                << " waits for somebody else. The credential is made when it is committed:\n  sanctl change approve "
                << change << "\n  sanctl change commit " << change << '\n';
  } else {
    context.out << "Credential " << numberOfText(credential) << " of " << textOf(credential, "initiator") << " with "
                << targetOf(credential) << " is made, by change set " << change << " ("
                << textOf(*answer, "change_state") << ").\n";
    if (const auto within = numberOf(*answer, "confirm_within"); within != 0)
      context.out << "It takes the place of another one, and is taken back unless somebody confirms it within "
                  << within << " s:\n  sanctl change confirm " << change << '\n';
    sayForeignEnds(credential, context, output);
  }
  return {};
}

Outcome chapRotate(const Invocation& invocation, Context& context) {
  if (auto given = reasonGiven(invocation); !given) return given;
  Json::Object body;
  if (auto timed = addTiming(invocation, body); !timed) return timed;
  base::SecretJson secrets = requestSecrets();
  if (auto added = addSecrets(invocation, context, body, secrets); !added) return added;
  return step(invocation, context, "rotate", std::move(body), std::move(secrets));
}

Outcome chapCancel(const Invocation& invocation, Context& context) {
  if (auto given = reasonGiven(invocation); !given) return given;
  return step(invocation, context, "cancel", {}, requestSecrets());
}

Outcome chapRetire(const Invocation& invocation, Context& context) {
  if (auto given = reasonGiven(invocation); !given) return given;
  if (auto meant =
          confirmed(invocation, context,
                    "The secrets of credential " + optionText(invocation, "CREDENTIAL") +
                        " are erased at the server and at every end that has an agent; new logins with them fail.");
      !meant) {
    return meant;
  }
  return step(invocation, context, "retire", {}, requestSecrets());
}

}  // namespace ctl
