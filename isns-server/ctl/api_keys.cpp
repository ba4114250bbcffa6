// keys: the server's authorities, its sealing keys, and the key of its audit log.
#include "isns-server/ctl/api_asking.h"
#include "isns-server/ctl/api_handlers.h"
#include "isns-server/ctl/api_text.h"
#include "shared/ctl/option_values.h"

namespace ctl {
namespace {

using base::Json;
using mgmt::Route;

void printKeys(const Json& keys, Output& output) {
  if (output.format() == Format::Json) return output.json(keys);
  const bool table = output.format() == Format::Table;
  const auto time = [&](const Json& one, std::string_view name) {
    return table ? Json(whenText(numberOf(one, name))) : memberOf(one, name);
  };
  const auto current = [&](const Json& one) {
    return table ? Json(truthOf(one, "current") ? "yes" : "no") : memberOf(one, "current");
  };
  Sheet roots{{{"fingerprint", "Fingerprint (SHA-256)"},
               {"current", "Issues"},
               {"not_after", "Ends"},
               {"believed_until", "Believed until"}},
              {}};
  for (const Json& one : listOf(keys, "authorities"))
    roots.rows.push_back(
        {memberOf(one, "fingerprint"), current(one), time(one, "not_after"), time(one, "believed_until")});
  Sheet seals{{{"id", "Key"}, {"current", "Seals"}, {"since", "Since"}}, {}};
  for (const Json& one : listOf(keys, "sealing_keys"))
    seals.rows.push_back({memberOf(one, "id"), current(one), time(one, "since")});
  const Json& signer = memberOf(keys, "log_key");
  Sheet log{
      {{"fingerprint", "Fingerprint (SHA-256)"}, {"since", "Since"}},
      {{memberOf(signer, "fingerprint"), memberOf(signer, "since").isNull() ? Cell{} : Cell{time(signer, "since")}}}};
  output.report({{"authorities", "Certificate authorities", std::move(roots)},
                 {"sealing_keys", "Keys of what is sealed at rest", std::move(seals)},
                 {"log_key", "Key that signs the audit log and evidence packs", std::move(log)}});
}

// Asks back, changes, and prints how the keys are then; `done` for people.
Outcome change(const Invocation& invocation, Context& context, Route route, Json::Object body, std::string_view warning,
               std::string_view done) {
  if (auto given = reasonGiven(invocation); !given) return given;
  if (auto meant = confirmed(invocation, context, warning); !meant) return meant;
  body.push_back({"reason", optionText(invocation, "--reason")});
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const auto keys = session->ask({route, {}, {}, std::move(body)});
  if (!keys) return base::fail(keys.error());
  Output output = openOutput(invocation, context);
  printKeys(*keys, output);
  say(context, output, "\n" + wrappedText(done, 0, context));
  return {};
}

}  // namespace

Outcome keysShow(const Invocation& invocation, Context& context) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const auto keys = session->ask({.route = Route::ShowKeys});
  if (!keys) return base::fail(keys.error());
  Output output = openOutput(invocation, context);
  printKeys(*keys, output);
  return {};
}

Outcome keysRotateAuthority(const Invocation& invocation, Context& context) {
  const auto days = countOption(invocation, "--overlap-days");
  if (!days) return base::fail(days.error());
  Json::Object body;
  if (*days) body.push_back({"overlap_days", **days});
  const std::string overlap = std::to_string(days->value_or(180));
  return change(
      invocation, context, Route::RotateAuthority, std::move(body),
      "The server makes a new certificate authority, and issues by it from now on. The present one is believed for " +
          overlap + " days: agents that do not report in that time must enrol anew.",
      "Agents learn the new authority with what they are to apply. Until the old one ends, each sanctl logs in once "
      "more: sanctl login --server HOST --fingerprint with the fingerprint above.");
}

Outcome keysDisown(const Invocation& invocation, Context& context) {
  return change(
      invocation, context, Route::DisownAuthorities, {},
      "Earlier authorities are believed no more, at once: agents whose certificates they issued are refused until "
      "they enrol anew.",
      "Invite the agents that are refused now: sanctl agent list, sanctl agent invite.");
}

Outcome keysRotateSealing(const Invocation& invocation, Context& context) {
  return change(
      invocation, context, Route::RotateSealing, {},
      "The server writes a new sealing key and seals everything anew. Backups of the database that were made before "
      "need the old key: keep its backup with them.",
      "Make a new backup of the keys, on the server: isns-server backup-keys FILE.");
}

Outcome keysRotateLog(const Invocation& invocation, Context& context) {
  return change(
      invocation, context, Route::RotateLogKey, {},
      "The server makes a new key, which signs the audit log and evidence packs from now on. The present one vouches "
      "for "
      "it in the log and is removed. Backups of the database that were made before need the old key: keep its backup "
      "with them.",
      "Make a new backup of the keys, on the server: isns-server backup-keys FILE. Give the new fingerprint to whoever "
      "checks packs. Who has the old one finds the new one as the signer in: sanctl audit verify --key OLD FILE.");
}

Outcome keysAcceptClock(const Invocation& invocation, Context& context) {
  return change(
      invocation, context, Route::AcceptClock, {},
      "The server's clock is before the time that it believed. If that is wrong, certificates that have ended are "
      "good again.",
      "The server's clock is believed.");
}

}  // namespace ctl
