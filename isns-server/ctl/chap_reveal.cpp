// chap reveal: the secret of an end that no agent speaks for, once, for the person who types it there.
#include "isns-server/ctl/api_asking.h"
#include "isns-server/ctl/api_handlers.h"
#include "isns-server/ctl/api_text.h"
#include "isns-server/ctl/chap_requests.h"
#include "isns-server/ctl/shown_secret.h"
#include "shared/base/printable.h"

namespace ctl {
namespace {

using base::Json;
using mgmt::Route;

constexpr std::string_view kSecretMembers[] = {"secret", "mutual_secret"};

// What the person is to do with it: the names are those of the usual initiators and targets.
std::string adviceFor(const Json& credential, const std::string& node) {
  const bool mutual = truthOf(credential, "mutual");
  const std::string initiator = textOf(credential, "initiator");
  if (node == initiator) {
    return "At the initiator " + node +
           ": log in by CHAP with this name and secret (open-iscsi: "
           "node.session.auth.authmethod = CHAP, node.session.auth.username, node.session.auth.password" +
           (mutual ? std::string("; and let the target prove itself: node.session.auth.username_in, "
                                 "node.session.auth.password_in")
                   : std::string()) +
           ").";
  }
  return "At the target " + node + ": take this name and secret from " + initiator + " (LIO: auth userid, password" +
         (mutual ? std::string("; and what the target proves itself with: mutual_userid, mutual_password")
                 : std::string()) +
         ").";
}

void printForPerson(const Json& answer, const Json& credential, std::span<const base::Secret> secrets, Context& context,
                    const std::string& number) {
  const std::string node = textOf(answer, "node");
  context.out << "The secret of credential " << number << " for " << node << ", version " << numberOf(answer, "version")
              << ". It is shown this once:\n\n  user name           " << base::printable(textOf(answer, "user_name"))
              << "\n  secret              ";
  printSecret(context.out, secrets[0]);
  if (!secrets[1].empty()) {
    context.out << "\n  target's user name  " << base::printable(textOf(answer, "mutual_user_name"))
                << "\n  target's secret     ";
    printSecret(context.out, secrets[1]);
  }
  context.out << "\n\n"
              << wrappedText(adviceFor(credential, node), 0, context) << "\nsanctl chap show " << number
              << " says when a login has used it.\n"
              << std::flush;
}

}  // namespace

Outcome chapReveal(const Invocation& invocation, Context& context) {
  if (auto given = reasonGiven(invocation); !given) return given;
  const auto number =
      numberTyped(optionText(invocation, "CREDENTIAL"), "the credential", "sanctl chap list has their numbers");
  if (!number) return base::fail(number.error());
  Output output = openOutput(invocation, context);
  if (output.format() != Format::Json && !invocation.has("--force") && !context.machine->showsTerminal()) {
    return base::fail(usageFailure("chap reveal", "the standard output is no terminal, and a secret would stay in it",
                                   "--output json for a program that takes it, or --force"));
  }
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  // First what it is of: after the secret nothing may fail.
  const auto credential = session->ask({Route::GetCredential, {*number}});
  if (!credential) return base::fail(credential.error());
  Json::Object body{{"reason", optionText(invocation, "--reason")}};
  for (const auto& [option, member] : {std::pair{"--end", "end"}, std::pair{"--node", "node"}}) {
    if (const auto text = invocation.one(option)) body.push_back({member, *text});
  }
  auto answer = session->ask({Route::RevealCredential, {*number}, {}, std::move(body)});
  if (!answer) return base::fail(answer.error());
  if (output.format() == Format::Csv) {
    printRecord(output, *answer);
    base::wipeTexts(*answer);
    return {};
  }
  base::Secret secrets[std::size(kSecretMembers)];
  for (std::size_t i = 0; i < std::size(secrets); ++i) secrets[i] = base::takeSecret(*answer, kSecretMembers[i]);
  if (output.format() == Format::Table) {
    printForPerson(*answer, *credential, secrets, context, *number);
  } else {
    printWithSecrets(context.out, *answer, kSecretMembers, secrets);
  }
  return {};
}

}  // namespace ctl
