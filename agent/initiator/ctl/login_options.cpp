#include "agent/initiator/ctl/login_options.h"

#include <sys/stat.h>

#include <utility>

#include "shared/ctl/option_values.h"
#include "shared/ctl/own_name.h"
#include "shared/names/iscsi_name.h"

namespace initiator_ctl {
namespace {

using ctl::Asked;
using ctl::Failure;
using ctl::Outcome;
using ctl::usageFailure;

// Where credentials that the URL does not give may stand; the name in a file and the variable of libiscsi.
struct Place {
  std::string_view field;
  const char* variable;
  bool secret;
};
constexpr Place kPlaces[] = {
    {"user", "LIBISCSI_CHAP_USERNAME", false},
    {"password", "LIBISCSI_CHAP_PASSWORD", true},
    {"target_user", "LIBISCSI_CHAP_TARGET_USERNAME", false},
    {"target_password", "LIBISCSI_CHAP_TARGET_PASSWORD", true},
};

struct Credentials {
  std::string user;
  std::string targetUser;
  base::Secret password;
  base::Secret targetPassword;
};

bool set(Credentials& to, std::string_view field, std::string_view value) {
  if (field == "user") {
    to.user = value;
  } else if (field == "target_user") {
    to.targetUser = value;
  } else {
    auto secret = base::Secret::from(value);
    if (!secret) return false;
    (field == "password" ? to.password : to.targetPassword) = std::move(*secret);
  }
  return true;
}

void wipeText(std::string& text) { base::wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()}); }

Asked<Credentials> fromEnvironment(const ctl::Context& context) {
  Credentials found;
  for (const Place& place : kPlaces) {
    auto value = context.environment(place.variable);
    if (!value) continue;
    const bool taken = set(found, place.field, *value);
    wipeText(*value);
    if (!taken) return base::fail(usageFailure(place.variable, "the password is longer than 255 bytes"));
  }
  return found;
}

Failure wrongFile(const std::string& path, std::string why, std::string advice) {
  return {ctl::Exit::Local, "the file of credentials " + path, std::move(why), std::move(advice)};
}

// Lines "user=NAME", "password=SECRET", "target_user=NAME", "target_password=SECRET"; # begins a comment line.
Asked<Credentials> fromFile(const std::string& path, const ctl::Context& context) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode) && (facts.st_mode & 077) != 0) {
    return base::fail(wrongFile(path, "others may read it", "chmod 600 " + path));
  }
  auto text = context.readFile(path);
  if (!text) return base::fail(wrongFile(path, "it cannot be read", ""));
  Credentials found;
  bool good = true;
  for (std::string_view rest = *text; !rest.empty() && good;) {
    const std::size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.starts_with('#')) continue;
    const std::size_t equals = line.find('=');
    bool known = false;
    for (const Place& place : kPlaces) known = known || place.field == line.substr(0, equals);
    good = known && equals != std::string_view::npos && set(found, line.substr(0, equals), line.substr(equals + 1));
  }
  wipeText(*text);
  if (!good) {
    return base::fail(wrongFile(path, "a line is none of user=, password=, target_user=, target_password=", ""));
  }
  return found;
}

// What is not given yet.
void fill(initiator::Url& url, Credentials from) {
  if (url.user.empty()) url.user = from.user;
  if (url.password.empty() && url.user == from.user) url.password = std::move(from.password);
  if (url.targetUser.empty()) url.targetUser = from.targetUser;
  if (url.targetPassword.empty() && url.targetUser == from.targetUser)
    url.targetPassword = std::move(from.targetPassword);
}

Outcome fillCredentials(initiator::Url& url, const ctl::Invocation& invocation, const ctl::Context& context) {
  if (const auto path = invocation.one("--credentials")) {
    auto found = fromFile(std::string(*path), context);
    if (!found) return base::fail(found.error());
    fill(url, std::move(*found));
  }
  auto found = fromEnvironment(context);
  if (!found) return base::fail(found.error());
  fill(url, std::move(*found));
  if (!url.user.empty() && url.password.empty()) {
    return base::fail(usageFailure("the user \"" + url.user + "\" has no password", "",
                                   "use --credentials FILE or LIBISCSI_CHAP_PASSWORD"));
  }
  if (url.user.empty() && !url.targetUser.empty()) {
    return base::fail(usageFailure("mutual CHAP", "the target's user is given and the initiator's is not"));
  }
  if (!url.targetUser.empty() && url.targetPassword.empty()) {
    return base::fail(usageFailure("the target's user \"" + url.targetUser + "\" has no password", "",
                                   "use --credentials FILE or LIBISCSI_CHAP_TARGET_PASSWORD"));
  }
  return {};
}

initiator::DigestWish digestOf(const ctl::Invocation& invocation, std::string_view option, std::optional<bool> inUrl) {
  if (inUrl) return *inUrl ? initiator::DigestWish::Required : initiator::DigestWish::None;
  const auto word = invocation.one(option);
  if (word == "require") return initiator::DigestWish::Required;
  return word == "prefer" ? initiator::DigestWish::Preferred : initiator::DigestWish::None;
}

}  // namespace

Asked<Destination> readDestination(std::string_view text, Wanted wanted, const ctl::Invocation& invocation,
                                   ctl::Context& context) {
  auto url = initiator::parseUrl(text);
  if (!url) {
    return base::fail(
        usageFailure("wrong URL", url.error().text, "as in iscsi://10.0.0.1/iqn.2001-04.com.example:disk/1"));
  }
  if (wanted != Wanted::Portal && url->target.empty()) {
    return base::fail(usageFailure("wrong URL", "no target is named", "sanctl iscsi discover shows the targets"));
  }
  if (wanted == Wanted::Unit && !url->lun) url->lun = 0;
  if (const auto filled = fillCredentials(*url, invocation, context); !filled) return base::fail(filled.error());

  Destination to;
  std::string scratch;
  const std::string given(invocation.one("--initiator").value_or(""));
  const std::string own = given.empty() ? ctl::initiatorName(context) : given;
  const auto name = names::normaliseIscsiName(own, scratch);
  if (!name) return base::fail(usageFailure("the initiator's name", name.error().text));
  to.options.initiatorName = *name;
  to.options.targetName = url->target;
  to.options.portal = url->portal;
  to.options.user = url->user;
  to.options.password = url->password.copy();
  to.options.targetUser = url->targetUser;
  to.options.targetPassword = url->targetPassword.copy();
  to.options.headerDigest = digestOf(invocation, "--header-digest", url->headerDigest);
  to.options.dataDigest = digestOf(invocation, "--data-digest", url->dataDigest);
  const auto timeout = ctl::secondsOption(invocation, "--timeout");
  if (!timeout) return base::fail(timeout.error());
  if (*timeout) to.options.times.login = **timeout;
  const auto replacement = ctl::secondsOption(invocation, "--replacement-timeout");
  if (!replacement) return base::fail(replacement.error());
  if (*replacement) to.options.times.replacement = **replacement;
  const auto connections = ctl::countOption(invocation, "--connections");
  if (!connections) return base::fail(connections.error());
  to.options.connections = static_cast<std::uint16_t>(std::min<std::uint64_t>(connections->value_or(1), 8));
  to.url = std::move(*url);
  return to;
}

}  // namespace initiator_ctl
