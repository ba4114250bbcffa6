// init, login, logout, whoami, status, password.
#include <filesystem>

#include "isns-server/ctl/api_handlers.h"
#include "isns-server/ctl/api_text.h"
#include "isns-server/ctl/secret_input.h"
#include "isns-server/ctl/shown_secret.h"
#include "shared/ctl/views.h"
#include "shared/mgmt/certificate.h"
#include "shared/mgmt/problem.h"
#include "shared/mgmt/server_check.h"
#include "shared/net/secret_file.h"

namespace ctl {
namespace {

using base::Json;
using mgmt::Route;

// From a file, from the standard input, or asked for.
Asked<base::Secret> passwordOf(const Invocation& invocation, Context& context, std::string_view option,
                               const std::string& prompt) {
  Machine& machine = *context.machine;
  if (const auto file = invocation.one(option)) {
    if (*file == "-") {
      auto secret = machine.secretFrom(0);
      if (secret && !secret->empty()) return std::move(*secret);
      return base::fail(usageFailure(std::string(option), "the standard input has no password", {}));
    }
    auto secret = net::readSecretFile(std::string(*file));
    if (!secret) return base::fail(Failure{Exit::Local, std::string(option), secret.error().text, {}});
    return std::move(*secret);
  }
  if (!machine.asksTerminal()) {
    return base::fail(usageFailure("the password", "there is no terminal to ask on",
                                   "give it with " + std::string(option) + " FILE, or - for the standard input"));
  }
  auto secret = machine.askSecret(prompt);
  if (!secret || secret->empty()) return base::fail(usageFailure("the password", "none was typed", {}));
  return std::move(*secret);
}

// The root that the server shows: that of --ca, else pinned by --fingerprint, else by somebody who compares it.
Asked<std::string> pinAuthority(const Invocation& invocation, Context& context, ApiSession& session) {
  const auto now = context.now().wall;
  const auto shown = session.client().shownChain();
  if (!shown) return base::fail(shown.error());
  const auto chain = mgmt::chainFromPem(*shown);
  if (!chain || chain->empty())
    return base::fail(Failure{Exit::Malformed, session.server(), "it shows no certificate", {}});
  const mgmt::Certificate& root = chain->back();
  if (!root.issuedItself()) {
    return base::fail(Failure{Exit::Denied, session.server(), "it does not show the root of its authority",
                              "give the root's certificate with --ca FILE"});
  }
  if (const auto checked = mgmt::checkServer(*chain, std::span(&root, 1), now); !checked) {
    return base::fail(Failure{Exit::Denied, session.server(), checked.error().text, {}});
  }
  const std::string print = root.fingerprint().text();
  if (const auto typed = invocation.one("--fingerprint")) {
    const auto expected = mgmt::Fingerprint::parse(*typed);
    if (!expected)
      return base::fail(
          usageFailure("--fingerprint", "this is no SHA-256", "64 hexadecimal digits, with or without colons"));
    if (*expected == root.fingerprint()) return root.pem();
    return base::fail(Failure{Exit::Denied, session.server(), "its authority has another fingerprint: " + print,
                              "nothing was sent to it; somebody may stand in between"});
  }
  const StoredLogin* known = session.store().find(session.server());
  if (known != nullptr && !known->authority.empty()) {
    const auto before = mgmt::Certificate::fromPem(known->authority);
    if (before && *before == root) return root.pem();
    context.err << "The authority of " << session.server() << " is not the one that was pinned before.\n";
  }
  if (!context.machine->asksTerminal()) {
    return base::fail(usageFailure(
        "the server's authority", "its fingerprint is " + print + ", and there is nobody to compare it",
        "compare it with what sanctl status --local prints on the server, and give it with --fingerprint"));
  }
  context.err << "The authority of " << session.server() << " (" << root.commonName()
              << ") has the SHA-256 fingerprint\n\n  " << print
              << "\n\nOn the server, sanctl status --local prints it.\n";
  const auto answer = context.machine->askLine("Is it the same? Type yes to go on: ");
  if (answer && *answer == "yes") return root.pem();
  return base::fail(Failure{Exit::Denied, "the login", "the fingerprint was not confirmed; nothing was sent", {}});
}

// A path that is good from another folder, too.
Asked<std::string> lasting(const std::string& path) {
  std::error_code failed;
  const auto whole = std::filesystem::absolute(path, failed);
  if (failed) return base::fail(Failure{Exit::Local, path, failed.message(), {}});
  return whole.string();
}

std::string rolesOf(const Json& who) { return memberOf(who, "roles").plain(); }

}  // namespace

Outcome apiInit(const Invocation& invocation, Context& context) {
  if (invocation.has("--server"))
    return base::fail(usageFailure("init", "this is for the local socket alone", "leave --server off"));
  for (const std::string_view option : {"--password-out", "--fingerprint-out"}) {
    if (auto may = checkFile(invocation, context, option); !may) return may;
  }
  auto session = ApiSession::openLocal(invocation, context);
  if (!session) return base::fail(session.error());
  auto answer = session->ask({Route::Init, {}, {}, Json::Object{{"user", optionText(invocation, "USER")}}});
  if (!answer) return base::fail(answer.error());
  Output output = openOutput(invocation, context);
  base::Secret password = base::takeSecret(*answer, "password");
  const std::string user = textOf(*answer, "user");
  const std::string print = textOf(*answer, "authority");
  const auto printFile = invocation.one("--fingerprint-out");
  if (const auto file = invocation.one("--password-out")) {
    if (const auto wrote = writeSecret(context, std::string(*file), password); !wrote) {
      return base::fail(Failure{Exit::Local, "the password could not be written", wrote.error().text, {}});
    }
    say(context, output,
        "The server has its keys, and the administrator " + user + ". The password is in " + std::string(*file) + ".");
    if (!printFile) say(context, output, "Its authority has the SHA-256 fingerprint " + print + ".");
  } else if (output.format() == Format::Csv) {
    Record record{{"user", "user", memberOf(*answer, "user")},
                  {"password", "password", Json(base::asText(password.reveal()))},
                  {"authority", "authority", memberOf(*answer, "authority")}};
    output.record(record);
    base::wipeTexts(*record[1].value);
  } else if (output.format() != Format::Table) {
    constexpr std::string_view kMember = "password";
    printWithSecrets(context.out, *answer, std::span(&kMember, 1), std::span(&password, 1));
  } else {
    context.out << "The server has its keys, and its first administrator:\n\n  user                 " << user
                << "\n  password             ";
    printSecret(context.out, password);
    context.out << "\n  authority (SHA-256)  " << print
                << "\n\nThe password is shown this once. Log in with sanctl login --server HOST --user " << user
                << ", which shows\nthe same authority, and change the password with sanctl password.\n";
  }
  if (!printFile) return {};
  if (const auto wrote = context.machine->writeFile(std::string(*printFile), print + "\n"); !wrote) {
    return base::fail(Failure{Exit::Local, "the fingerprint could not be written", wrote.error().text,
                              "sanctl status --local prints it"});
  }
  return {};
}

namespace {

// Nothing is kept but where certificate and key are: each request shows it.
Outcome loginByCertificate(const Invocation& invocation, Context& context, ApiSession& session, std::string authority) {
  session.use(context, authority, {});
  const auto who = session.ask({.route = Route::WhoAmI});
  if (!who) return base::fail(who.error());
  const std::string user = textOf(*who, "user");
  if (const auto typed = invocation.one("--user"); typed && *typed != user) {
    return base::fail(usageFailure("--user", "the certificate is that of " + user, {}));
  }
  const auto pem = context.readFile(session.settings().certificate);
  const auto certificate = pem ? mgmt::Certificate::fromPem(*pem) : base::Result<mgmt::Certificate>(base::fail("it is gone"));
  if (!certificate) return base::fail(Failure{Exit::Local, session.settings().certificate, certificate.error().text, {}});
  const auto path = lasting(session.settings().certificate);
  const auto key = lasting(session.settings().key);
  if (!path) return base::fail(path.error());
  if (!key) return base::fail(key.error());
  const auto expires = static_cast<std::uint64_t>(base::unixSeconds(certificate->notAfter()));
  if (auto kept = session.store().put(context, {session.server(), authority, user, {}, expires, *path, *key}); !kept)
    return kept;
  Output output = openOutput(invocation, context);
  if (output.format() == Format::Table) {
    say(context, output, "Certificate and key of " + user + " (" + rolesOf(*who) + ") are used for " + session.server() +
                             " from now on, until " + whenText(expires) + " UTC.");
    return {};
  }
  output.record({{"server", "server", Json(session.server())},
                 {"user", "user", Json(user)},
                 {"roles", "roles", memberOf(*who, "roles")},
                 {"expires", "expires", Json(expires)}});
  return {};
}

}  // namespace

Outcome apiLogin(const Invocation& invocation, Context& context) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  std::string authority;
  if (!session->local()) {
    if (invocation.has("--ca")) {
      authority = session->settings().authority;
    } else {
      auto pinned = pinAuthority(invocation, context, *session);
      if (!pinned) return base::fail(pinned.error());
      authority = std::move(*pinned);
    }
  }
  if (invocation.has("--cert") && session->local()) {
    return base::fail(usageFailure("--cert", "the local socket takes no certificates", "leave --local off"));
  }
  if (invocation.has("--cert")) return loginByCertificate(invocation, context, *session, authority);
  std::string user = optionText(invocation, "--user");
  if (user.empty()) {
    if (!context.machine->asksTerminal()) return base::fail(usageFailure("login", "--user is missing", {}));
    user = context.machine->askLine("User: ").value_or("");
  }
  auto password = passwordOf(invocation, context, "--password-file", "Password of " + user + ": ");
  if (!password) return base::fail(password.error());
  session->use(context, authority, {});
  base::SecretJson secrets = requestSecrets();
  const Json mark = secrets.mark(std::move(*password));
  auto answer = session->ask({Route::Login, {}, {}, Json::Object{{"user", user}, {"password", mark}}, &secrets});
  if (!answer) return base::fail(answer.error());
  base::Secret token = base::takeSecret(*answer, "token");
  if (token.empty()) return base::fail(Failure{Exit::Malformed, session->server(), "its answer has no token", {}});
  StoredLogin login{session->server(), authority, user, std::move(token), numberOf(*answer, "expires"), {}, {}};
  if (auto kept = session->store().put(context, std::move(login)); !kept) return kept;
  const Json& who = memberOf(*answer, "who");
  Output output = openOutput(invocation, context);
  if (output.format() == Format::Table) {
    say(context, output,
        "Logged in to " + session->server() + " as " + user + " (" + rolesOf(who) + "), until " +
            whenText(numberOf(*answer, "expires")) + " UTC.");
    return {};
  }
  output.record({{"server", "server", Json(session->server())},
                 {"user", "user", Json(user)},
                 {"roles", "roles", memberOf(who, "roles")},
                 {"expires", "expires", Json(numberOf(*answer, "expires"))}});
  return {};
}

namespace {

// The server knows no session of the token. Any other refusal, and a server that is not believed, say nothing about it.
bool sessionEnded(const Failure& failure) {
  const mgmt::ProblemRow* row = mgmt::findProblem(failure.what);
  return row != nullptr && (row->code == mgmt::ProblemCode::LoginNeeded || row->code == mgmt::ProblemCode::TokenEnded);
}

}  // namespace

// Of the stored login, whatever else requests carry here: a certificate or a token by option or environment is not what
// ends.
Outcome apiLogout(const Invocation& invocation, Context& context) {
  constexpr const char* kNone = "There was no session any more.";
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const StoredLogin* const login = session->store().find(session->server());
  if (login != nullptr && !login->certificate.empty()) {
    if (auto ended = session->store().end(context, session->server()); !ended) return ended;
    say(context, openOutput(invocation, context), "The certificate is used no more; it is good still.");
    return {};
  }
  if (login == nullptr || login->token.empty()) return say(context, openOutput(invocation, context), kNone), Outcome{};
  session->settings().certificate.clear();
  session->settings().key.clear();
  session->use(context, session->settings().authority, login->token.copy());
  const auto answer = session->ask({.route = Route::Logout});
  if (!answer && !sessionEnded(answer.error())) return base::fail(answer.error());
  if (auto ended = session->store().end(context, session->server()); !ended) return ended;
  say(context, openOutput(invocation, context), answer ? "Logged out of " + session->server() + "." : kNone);
  return {};
}

Outcome apiWhoAmI(const Invocation& invocation, Context& context) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const auto answer = session->ask({.route = Route::WhoAmI});
  if (!answer) return base::fail(answer.error());
  Output output = openOutput(invocation, context);
  if (output.format() == Format::Json) return output.json(*answer), Outcome{};
  std::string rights;
  for (const Json& right : listOf(*answer, "rights")) rights += (rights.empty() ? "" : ", ") + right.plain();
  const bool everywhere = listOf(*answer, "scope").empty();
  const bool table = output.format() == Format::Table;
  output.record({{"server", "server", Json(session->server())},
                 {"user", "user", memberOf(*answer, "user")},
                 {"roles", "roles", memberOf(*answer, "roles")},
                 {"scope", "scope", table && everywhere ? Json("everything") : memberOf(*answer, "scope")},
                 {"rights", "rights", table ? Json(rights) : memberOf(*answer, "rights")}});
  return {};
}

Outcome apiStatus(const Invocation& invocation, Context& context) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const auto answer = session->ask({.route = Route::Status});
  if (!answer) return base::fail(answer.error());
  Output output = openOutput(invocation, context);
  if (output.format() == Format::Json) return output.json(*answer), Outcome{};
  const bool table = output.format() == Format::Table;
  const auto yesNo = [&](std::string_view name) {
    return table ? Json(truthOf(*answer, name) ? "yes" : "no") : memberOf(*answer, name);
  };
  Record record{{"server", "server", Json(session->server())},
                {"version", "version", memberOf(*answer, "version")},
                {"initialised", "initialised", yesNo("initialised")},
                {"ready", "ready", yesNo("ready")},
                {"audit_log", "audit log", memberOf(*answer, "audit_log")},
                {"audit_log_notes", "of the audit log", memberOf(*answer, "audit_log_notes")},
                {"revision", "revision", memberOf(*answer, "revision")},
                {"oldest_revision", "history since", memberOf(*answer, "oldest_revision")}};
  if (const Json& print = memberOf(*answer, "authority"); print.text() != nullptr) {
    record.push_back({"authority", "authority (SHA-256)", print});
  } else if (const auto root = mgmt::Certificate::fromPem(session->settings().authority)) {
    record.push_back({"authority", "authority (SHA-256)", Json(root->fingerprint().text())});
  }
  output.record(record);
  if (table && textOf(*answer, "audit_log") == "broken")
    context.out << "\nThe audit log is not what the server has written: see sanctl audit log --event log.broken.\n"
                << "Where an older database was put back on purpose: sanctl audit restored.\n";
  for (const Json& note : listOf(*answer, "audit_log_notes")) {
    const std::string word = note.plain();
    if (table && word == "unwitnessed")
      context.out << "\naudit.head beside the server's keys was missing at its start: see sanctl audit log --event log.unwitnessed.\n";
  }
  if (table && !truthOf(*answer, "initialised"))
    context.out << "\nIt has no users yet: run sanctl init as root on the server.\n";
  return {};
}

Outcome apiPassword(const Invocation& invocation, Context& context) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const std::string user = optionText(invocation, "USER");
  Json::Object body;
  base::SecretJson secrets = requestSecrets();
  if (!user.empty()) body.push_back({"user", user});
  if (user.empty() || user == session->user()) {
    auto old = passwordOf(invocation, context, "--old-password-file", "Password until now: ");
    if (!old) return base::fail(old.error());
    body.push_back({"old", secrets.mark(std::move(*old))});
  }
  auto fresh = invocation.has("--password-file") || !context.machine->asksTerminal()
                   ? passwordOf(invocation, context, "--password-file", {})
                   : askedTwice(context, "New password: ", "the password");
  if (!fresh) return base::fail(fresh.error());
  body.push_back({"password", secrets.mark(std::move(*fresh))});
  const auto answer = session->ask({Route::SetPassword, {}, {}, std::move(body), &secrets});
  if (!answer) return base::fail(answer.error());
  say(context, openOutput(invocation, context), "The password is changed.");
  return {};
}

}  // namespace ctl
