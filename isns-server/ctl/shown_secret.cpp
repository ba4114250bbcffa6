#include "isns-server/ctl/shown_secret.h"

#include <algorithm>

#include "isns-server/ctl/machine.h"
#include "isns-server/ctl/secret_input.h"
#include "shared/base/printable.h"

namespace ctl {

using base::Json;

void printSecret(std::ostream& out, const base::Secret& secret) {
  std::string text = base::printable(base::asText(secret.reveal()));
  out << text;
  base::wipeText(text);
}

void printWithSecrets(std::ostream& out, const Json& answer, std::span<const std::string_view> members,
                      std::span<base::Secret> secrets) {
  base::SecretJson shown = requestSecrets();
  Json::Object marked;
  for (const base::JsonMember& member : *answer.object()) {
    const auto at = static_cast<std::size_t>(std::ranges::find(members, member.name) - members.begin());
    const bool secret = at < secrets.size() && !secrets[at].empty();
    marked.push_back({member.name, secret ? shown.mark(std::move(secrets[at])) : member.value});
  }
  std::string text = shown.text(Json(std::move(marked)));
  out << text << std::flush;
  base::wipeText(text);
}

Outcome checkFile(const Invocation& invocation, Context& context, std::string_view option) {
  const auto file = invocation.one(option);
  if (!file) return {};
  if (const auto may = context.machine->mayWrite(std::string(*file)); !may) {
    return base::fail(Failure{Exit::Local, std::string(option), may.error().text, "nothing has been done"});
  }
  return {};
}

base::Status writeSecret(Context& context, const std::string& path, const base::Secret& secret) {
  std::string line;
  line.reserve(secret.size() + 1);
  line += base::asText(secret.reveal());
  line += '\n';
  const base::Status wrote = context.machine->writeFile(path, line);
  base::wipeText(line);
  return wrote;
}

}  // namespace ctl
