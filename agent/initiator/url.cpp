#include "agent/initiator/url.h"

#include "shared/base/whole_number.h"
#include "shared/names/iscsi_name.h"

namespace initiator {
namespace {

constexpr std::string_view kScheme = "iscsi://";

base::Status takeSecret(std::string_view text, base::Secret& to) {
  auto secret = base::Secret::from(text);
  if (!secret) return base::fail("a password is longer than 255 bytes");
  to = std::move(*secret);
  return {};
}

// "user", "user%password".
base::Status takeUser(std::string_view text, Url& url) {
  const std::size_t percent = text.find('%');
  url.user = text.substr(0, percent);
  if (url.user.empty()) return base::fail("the user in front of the @ has no name");
  if (percent == std::string_view::npos) return {};
  return takeSecret(text.substr(percent + 1), url.password);
}

base::Status takeDigest(std::string_view value, std::optional<bool>& to) {
  if (value == "crc32c" || value == "CRC32C") {
    to = true;
  } else if (value == "none" || value == "None") {
    to = false;
  } else {
    return base::fail("a digest is none or crc32c");
  }
  return {};
}

base::Status takeArgument(std::string_view text, Url& url) {
  const std::size_t equals = text.find('=');
  const std::string_view name = text.substr(0, equals);
  const std::string_view value = equals == std::string_view::npos ? std::string_view{} : text.substr(equals + 1);
  if (name == "target_user") {
    url.targetUser = value;
    return {};
  }
  if (name == "target_password") return takeSecret(value, url.targetPassword);
  if (name == "header_digest") return takeDigest(value, url.headerDigest);
  if (name == "data_digest") return takeDigest(value, url.dataDigest);
  // The name may be part of a password with an & in it, so it is not repeated.
  return base::fail("an argument behind the ? is none of target_user, target_password, header_digest, data_digest");
}

base::Status takeArguments(std::string_view text, Url& url) {
  while (!text.empty()) {
    const std::size_t end = text.find('&');
    if (const auto taken = takeArgument(text.substr(0, end), url); !taken) return taken;
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  return {};
}

base::Status takePath(std::string_view text, Url& url) {
  const std::size_t slash = text.find('/');
  const std::string_view name = text.substr(0, slash);
  std::string scratch;
  const auto normal = names::normaliseIscsiName(name, scratch);
  if (!normal) return base::fail("the target's name: " + normal.error().text);
  url.target = *normal;
  if (slash == std::string_view::npos || slash + 1 == text.size()) return {};
  const auto lun = base::wholeNumber<std::uint32_t>(text.substr(slash + 1));
  if (!lun) return base::fail("what stands behind the target's name is no LUN");
  url.lun = *lun;
  return {};
}

}  // namespace

base::Result<Url> parseUrl(std::string_view text) {
  if (!text.starts_with(kScheme)) return base::fail("an iSCSI URL begins with iscsi://");
  text.remove_prefix(kScheme.size());
  Url url;
  // The user ends at the last @ in front of the path: names of hosts and targets have none.
  const std::size_t question = text.find('?');
  std::string_view arguments = question == std::string_view::npos ? std::string_view{} : text.substr(question + 1);
  text = text.substr(0, question);
  if (const std::size_t at = text.rfind('@'); at != std::string_view::npos) {
    if (const auto taken = takeUser(text.substr(0, at), url); !taken) return base::fail(taken.error());
    text.remove_prefix(at + 1);
  }
  const std::size_t slash = text.find('/');
  url.portal = text.substr(0, slash);
  if (url.portal.empty()) return base::fail("the host is missing");
  if (slash != std::string_view::npos && slash + 1 < text.size()) {
    if (const auto taken = takePath(text.substr(slash + 1), url); !taken) return base::fail(taken.error());
  }
  if (const auto taken = takeArguments(arguments, url); !taken) return base::fail(taken.error());
  return url;
}

std::string Url::text() const {
  std::string out = std::string(kScheme) + portal;
  if (!target.empty()) out += "/" + target;
  if (lun) out += "/" + std::to_string(*lun);
  return out;
}

}  // namespace initiator
