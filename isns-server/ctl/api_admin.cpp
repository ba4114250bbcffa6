// user, token, agent, audit log and export, evidence create.
#include <algorithm>
#include <limits>

#include "isns-server/ctl/api_asking.h"
#include "isns-server/ctl/api_handlers.h"
#include "isns-server/ctl/api_objects.h"
#include "isns-server/ctl/api_text.h"
#include "isns-server/ctl/progress.h"
#include "isns-server/ctl/secret_input.h"
#include "isns-server/ctl/shown_secret.h"
#include "shared/ctl/option_values.h"
#include "shared/ctl/views.h"
#include "shared/net/secret_file.h"

namespace ctl {
namespace {

using base::Json;
using mgmt::Route;

constexpr std::uint64_t kDay = 86400;

// "viewer,zoner" as a list.
Json::Array wordsOf(std::string_view text) {
  Json::Array words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    if (end > 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

// What is shown this once: to a file that others cannot read, or to the standard output.
Outcome giveSecret(const Invocation& invocation, Context& context, Json& answer, std::string_view member,
                   const std::string& title, const std::string& advice) {
  Output output = openOutput(invocation, context);
  base::Secret secret = base::takeSecret(answer, member);
  if (const auto file = invocation.one("--file")) {
    if (const auto wrote = writeSecret(context, std::string(*file), secret); !wrote) {
      return base::fail(
          Failure{Exit::Local, "the token was made, but cannot be written", wrote.error().text, "revoke it"});
    }
    say(context, output, title + " It is in " + std::string(*file) + ".");
    return {};
  }
  if (output.format() != Format::Table) {
    printWithSecrets(context.out, answer, std::span(&member, 1), std::span(&secret, 1));
    return {};
  }
  context.out << title << " It is shown this once:\n\n  ";
  printSecret(context.out, secret);
  context.out << "\n\n" << advice << '\n';
  return {};
}

}  // namespace

Outcome userList(const Invocation& invocation, Context& context) {
  constexpr ViewColumn kColumns[] = {
      {"name", "User"},         {"roles", "Roles"},           {"scope", "Scope"},
      {"disabled", "Disabled"}, {"has_password", "Password"}, {"last_login", "Last login", Shown::Time}};
  return printItems(invocation, context, {.route = Route::ListUsers}, kColumns, "There are no users.");
}

namespace {

Asked<base::Secret> passwordOfUser(const Invocation& invocation, Context& context, const std::string& name) {
  const std::string file = optionText(invocation, "--password-file");
  if (file.empty() && context.machine->asksTerminal())
    return askedTwice(context, "Password of " + name + ": ", "the password");
  std::optional<base::Secret> password;
  if (file == "-") {
    password = context.machine->secretFrom(0);
  } else if (!file.empty()) {
    auto read = net::readSecretFile(file);
    if (!read) return base::fail(Failure{Exit::Local, "--password-file", read.error().text, {}});
    password = std::move(*read);
  }
  if (password && !password->empty()) return std::move(*password);
  return base::fail(usageFailure("user add", "a password is missing",
                                 "give it with --password-file FILE (- for the standard input), or --no-password"));
}

}  // namespace

Outcome userAdd(const Invocation& invocation, Context& context) {
  const std::string name = optionText(invocation, "USER");
  Json::Object body{{"name", name}, {"roles", wordsOf(optionText(invocation, "--roles"))}};
  if (const auto scope = invocation.one("--scope")) body.push_back({"scope", wordsOf(*scope)});
  base::SecretJson secrets = requestSecrets();
  if (!invocation.has("--no-password")) {
    auto password = passwordOfUser(invocation, context, name);
    if (!password) return base::fail(password.error());
    body.push_back({"password", secrets.mark(std::move(*password))});
  }
  return does(invocation, context, {Route::AddUser, {}, {}, std::move(body), &secrets},
              "The user " + name + " is there.");
}

Outcome userChange(const Invocation& invocation, Context& context) {
  const std::string name = optionText(invocation, "USER");
  Json::Object body;
  if (const auto roles = invocation.one("--roles")) body.push_back({"roles", wordsOf(*roles)});
  if (const auto scope = invocation.one("--scope")) body.push_back({"scope", wordsOf(*scope)});
  if (invocation.has("--disable")) body.push_back({"disabled", true});
  if (invocation.has("--enable")) body.push_back({"disabled", false});
  if (body.empty())
    return base::fail(
        usageFailure("user change", "nothing is to be changed", "give --roles, --scope, --enable or --disable"));
  return does(invocation, context, {Route::ChangeUser, {name}, {}, std::move(body)},
              "The user " + name + " is changed.");
}

Outcome userRemove(const Invocation& invocation, Context& context) {
  const std::string name = optionText(invocation, "USER");
  const std::string warning = "The user " + name + " goes, with all sessions, tokens and certificates, at once.";
  if (auto meant = confirmed(invocation, context, warning); !meant) return meant;
  return does(invocation, context, {Route::RemoveUser, {name}}, "The user " + name + " is removed.");
}

Outcome tokenList(const Invocation& invocation, Context& context) {
  constexpr ViewColumn kColumns[] = {{"name", "Token"},
                                     {"user", "User"},
                                     {"roles", "Roles"},
                                     {"made", "Made", Shown::Time},
                                     {"expires", "Expires", Shown::Time},
                                     {"last_used", "Last used", Shown::Time},
                                     {"last_address", "From"},
                                     {"made_with", "Made with"}};
  return printItems(invocation, context, {Route::ListTokens, {}, {{"user", optionText(invocation, "--user")}}},
                    kColumns, "There are no API tokens.");
}

Outcome tokenCreate(const Invocation& invocation, Context& context) {
  if (auto may = checkFile(invocation, context, "--file"); !may) return may;
  const auto days = countOption(invocation, "--days");
  if (!days) return base::fail(days.error());
  const auto now = static_cast<std::uint64_t>(base::unixSeconds(context.now().wall));
  const std::string name = optionText(invocation, "NAME");
  Json::Object body{{"name", name}, {"expires", now + std::min<std::uint64_t>(days->value_or(90), 36500) * kDay}};
  if (const auto roles = invocation.one("--roles")) body.push_back({"roles", wordsOf(*roles)});
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  auto answer = session->ask({Route::MakeToken, {}, {}, std::move(body)});
  if (!answer) return base::fail(answer.error());
  return giveSecret(invocation, context, *answer, "token",
                    "The token " + name + " is good until " + whenText(numberOf(*answer, "expires")) + " UTC.",
                    "Keep it in a file that nobody else can read, and name the file in SANCTL_TOKEN_FILE.");
}

Outcome tokenRevoke(const Invocation& invocation, Context& context) {
  const std::string name = optionText(invocation, "NAME");
  return does(invocation, context, {Route::RevokeToken, {name}, {{"user", optionText(invocation, "--user")}}},
              "The token " + name + " is void.");
}

Outcome agentList(const Invocation& invocation, Context& context) {
  return printKind(invocation, context, san::Kind::Agent, optionText(invocation, "--filter"));
}

Outcome agentInvite(const Invocation& invocation, Context& context) {
  if (!invocation.has("--entity"))
    return base::fail(usageFailure("agent invite", "the entity that it registers is missing",
                                   "--entity EID, as in sanctl list entities or as its configuration says"));
  if (auto may = checkFile(invocation, context, "--file"); !may) return may;
  Json::Array nodes;
  for (const std::string_view node : invocation.all("--node")) nodes.emplace_back(node);
  Json::Object body{{"agent", optionText(invocation, "AGENT")},
                    {"entity", optionText(invocation, "--entity")},
                    {"nodes", std::move(nodes)}};
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  auto answer = session->ask({Route::InviteAgent, {}, {}, std::move(body)});
  if (!answer) return base::fail(answer.error());
  return giveSecret(
      invocation, context, *answer, "token",
      "The invitation of " + optionText(invocation, "AGENT") + " is good for one enrolment within an hour.",
      "Give it to the agent's machine; it also says which server to believe.");
}

Outcome agentRevoke(const Invocation& invocation, Context& context) {
  const std::string name = optionText(invocation, "AGENT");
  if (auto given = reasonGiven(invocation); !given) return given;
  const std::string warning =
      "The certificates of " + name +
      " are void at once and for ever: the server believes that agent nothing more, and it has to be "
      "invited and enrolled anew.";
  if (auto meant = confirmed(invocation, context, warning); !meant) return meant;
  return does(invocation, context,
              {Route::RevokeAgent, {name}, {}, Json::Object{{"reason", optionText(invocation, "--reason")}}},
              "The certificates of " + name + " are void.");
}

namespace {

// The id that the server signs its own acts with says nothing to people.
Json withServerNamed(const Json& record) {
  if (textOf(record, "actorKind") != "server") return record;
  Json::Object members = *record.object();
  for (base::JsonMember& member : members) {
    if (member.name == "actor") member.value = Json("server");
  }
  return Json(std::move(members));
}

}  // namespace

Outcome auditLog(const Invocation& invocation, Context& context) {
  constexpr std::uint64_t kUsual = 100;
  const auto limit = countOption(invocation, "--limit");
  if (!limit) return base::fail(limit.error());
  constexpr ViewColumn kColumns[] = {{"sequence", "No"},
                                     {"time", "Time"},
                                     {"actor", "Who"},
                                     {"event", "Event"},
                                     {"outcome", "Outcome", Shown::Painted},
                                     {"object", "Object"},
                                     {"reason", "Reason"},
                                     {"ticket", "Ticket", Shown::CsvOnly},
                                     {"origin", "From"},
                                     {"revision", "Revision", Shown::CsvOnly},
                                     {"actorKind", "Kind", Shown::CsvOnly},
                                     {"code", "Code", Shown::CsvOnly},
                                     {"details", "Details", Shown::CsvOnly},
                                     {"hash", "Hash", Shown::CsvOnly}};
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  auto pages = allPages(*session,
                        {Route::ListAudit,
                         {},
                         {{"from", optionText(invocation, "--from")},
                          {"to", optionText(invocation, "--to")},
                          {"event", optionText(invocation, "--event")},
                          {"actor", optionText(invocation, "--actor")},
                          {"order", invocation.has("--oldest") ? "oldest" : "newest"}}},
                        limit->value_or(kUsual));
  if (!pages) return base::fail(pages.error());
  Json::Array& records = pages->items;
  const std::size_t found = records.size();
  Output output = openOutput(invocation, context);
  if (output.format() == Format::Table) {
    std::transform(records.begin(), records.end(), records.begin(), withServerNamed);
    if (found == 0) context.out << "No record is like that.\n";
  }
  if (output.format() != Format::Table || found > 0) printList(output, Json(std::move(records)), kColumns);
  sayMore(*pages, invocation.has("--oldest") ? "later" : "earlier", context);
  return listOutcome(invocation, found);
}

Outcome auditRestored(const Invocation& invocation, Context& context) {
  if (auto given = reasonGiven(invocation); !given) return given;
  constexpr std::string_view kWarning =
      "The records between the backup and its restoring are lost. You say that this was meant: your name and reason "
      "stay in the log and in all evidence packs.";
  if (auto meant = confirmed(invocation, context, kWarning); !meant) return meant;
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  Json::Object body{{"reason", optionText(invocation, "--reason")}};
  if (const std::string ticket = optionText(invocation, "--ticket"); !ticket.empty()) body.push_back({"ticket", ticket});
  const auto log = session->ask({Route::AcceptRestore, {}, {}, Json(std::move(body))});
  if (!log) return base::fail(log.error());
  Output output = openOutput(invocation, context);
  constexpr ViewColumn kColumns[] = {{"from", "Lost from"}, {"to", "Lost to"}, {"broken", "Told by record"}, {"head", "Hash of the last"}};
  if (output.format() == Format::Json) return output.json(*log), Outcome{};
  printList(output, memberOf(*log, "lost"), kColumns);
  const std::string broken = textOf(*log, "broken");
  say(context, output, broken.empty() ? "\nThe audit log is intact, and has this gap for ever."
                                      : "\nThe audit log is broken all the same: " + broken + ".");
  return {};
}

// From the records that announce keys: the first of the log, and each of a key that came instead of another.
Outcome auditKeys(const Invocation& invocation, Context& context) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  constexpr std::uint64_t kEvery = std::numeric_limits<std::uint64_t>::max();
  Json::Array keys;
  for (const auto& [event, limit] : {std::pair{"log.begun", std::uint64_t{1}}, std::pair{"log.key-rotated", kEvery}}) {
    const auto pages = allPages(*session, {Route::ListAudit, {}, {{"event", event}}}, limit);
    if (!pages) return base::fail(pages.error());
    for (const Json& record : pages->items) {
      const Json& details = memberOf(record, "details");
      const Json& key = memberOf(details, memberOf(details, "key").isNull() ? "next" : "key");
      keys.emplace_back(Json::Object{{"key", key}, {"since", memberOf(record, "time")}, {"record", memberOf(record, "sequence")}});
    }
  }
  Output output = openOutput(invocation, context);
  constexpr ViewColumn kColumns[] = {{"key", "Fingerprint (SHA-256)"}, {"since", "Since"}, {"record", "Record"}};
  printList(output, Json(std::move(keys)), kColumns);
  return {};
}

namespace {

Outcome saveBytes(Context& context, const std::string& file, const std::string& bytes) {
  if (const auto wrote = context.machine->writeFile(file, bytes); !wrote) {
    return base::fail(Failure{Exit::Local, "cannot write the file", wrote.error().text, {}});
  }
  return {};
}

Asked<std::string> downloaded(Context& context, ApiSession& session, const char* what, const ApiSession::Ask& ask) {
  Progress progress(context, what);
  return session.download(ask, &progress);
}

}  // namespace

Outcome auditExport(const Invocation& invocation, Context& context) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const auto text = downloaded(
      context, *session, "The log is fetched",
      {Route::ExportAudit, {}, {{"from", optionText(invocation, "--from")}, {"to", optionText(invocation, "--to")}}});
  if (!text) return base::fail(text.error());
  const std::string file = optionText(invocation, "FILE");
  if (auto saved = saveBytes(context, file, *text); !saved) return saved;
  context.err << counted(static_cast<std::uint64_t>(std::count(text->begin(), text->end(), '\n')), "line", "lines")
              << " written to " << file << "; check them with sanctl audit verify " << shellWord(file) << ".\n";
  return {};
}

Outcome evidenceCreate(const Invocation& invocation, Context& context) {
  const auto revision = revisionOption(invocation, "--at");
  if (!revision) return base::fail(revision.error());
  Json::Object body;
  for (const auto& [option, member] :
       {std::pair{"--title", "title"}, std::pair{"--reason", "reason"}, std::pair{"--ticket", "ticket"}}) {
    if (const auto text = invocation.one(option)) body.push_back({member, *text});
  }
  if (*revision) body.push_back({"revision", **revision});
  for (const auto& [option, member] :
       {std::pair{"--label", "labels"}, std::pair{"--host", "hosts"}, std::pair{"--unit", "units"}}) {
    Json::Array list;
    for (const std::string_view one : invocation.all(option)) list.emplace_back(one);
    if (!list.empty()) body.push_back({member, std::move(list)});
  }
  if (const auto controls = invocation.one("--controls")) body.push_back({"controls", wordsOf(*controls)});
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const auto pack = downloaded(context, *session, "The server makes the evidence pack",
                               {Route::MakeEvidence, {}, {}, std::move(body)});
  if (!pack) return base::fail(pack.error());
  const std::string file = optionText(invocation, "FILE");
  if (auto saved = saveBytes(context, file, *pack); !saved) return saved;
  context.err << sizeText(pack->size()) << " written to " << file
              << "; check it with sanctl evidence verify --key FINGERPRINT " << shellWord(file) << ".\n";
  return {};
}

}  // namespace ctl
