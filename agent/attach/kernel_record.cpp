#include "agent/attach/kernel_record.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "shared/base/bytes.h"
#include "shared/base/secret_json.h"
#include "shared/net/os_error.h"
#include "shared/net/unique_fd.h"

namespace attach {
namespace {

namespace fs = std::filesystem;

base::Status replaceRecord(const fs::path& path, std::string& text) {
  const fs::path fresh = path.string() + ".sanctum-new";
  const net::UniqueFd fd(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!fd || ::write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    return net::osFailure("cannot write " + fresh.string());
  }
  std::error_code error;
  fs::rename(fresh, path, error);
  if (error) return base::fail("cannot replace " + path.string() + ": " + error.message());
  return {};
}

}  // namespace

std::string recordFolder(std::string_view portal) {
  const std::size_t colon = portal.rfind(':');
  std::string address(portal.substr(0, colon));
  std::erase_if(address, [](char c) { return c == '[' || c == ']'; });
  return address + "," + std::string(portal.substr(colon + 1));
}

base::Status goodPortal(std::string_view portal) {
  const bool good =
      portal.size() <= 64 && portal.find(':') != std::string_view::npos && std::ranges::all_of(portal, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
               std::string_view(".:[],").find(c) != std::string_view::npos;
      });
  if (!good) return base::fail("a portal is ADDRESS:PORT,TAG");
  return {};
}

base::Status goodWord(std::string_view word) {
  const bool good = std::ranges::all_of(word, [](char c) { return c >= 0x20 && c < 0x7f; });
  if (!good) return base::fail("open-iscsi takes names and secrets of CHAP in printable ASCII alone");
  return {};
}

std::string recordWith(std::string_view record, const KernelLogin& login) {
  static constexpr std::string_view kOurs[] = {
      "node.startup", "node.session.auth.", "node.session.timeo.replacement_timeout",
      "node.session.initial_login_retry_max", "node.conn[0].timeo.login_timeout"};
  std::string text;
  std::size_t at = 0;
  const auto add = [&](std::string_view name, std::string_view value) {
    text.append(name).append(" = ").append(value).append("\n");
  };
  while (at < record.size()) {
    const std::size_t end = std::min(record.find('\n', at), record.size());
    const std::string_view line = record.substr(at, end - at);
    at = end + 1;
    if (line.starts_with("# END RECORD")) break;
    if (std::ranges::any_of(kOurs, [&](std::string_view own) { return line.starts_with(own); })) continue;
    text.append(line).append("\n");
  }
  add("node.startup", "manual");
  // As long as a disk's own process would let requests wait.
  add("node.session.timeo.replacement_timeout", "60");
  // One attempt at a portal that is silent: whoever waits for another disk waits for it, too.
  add("node.session.initial_login_retry_max", "1");
  add("node.conn[0].timeo.login_timeout", "5");
  add("node.session.auth.authmethod", login.user.empty() ? "None" : "CHAP");
  if (!login.user.empty()) {
    add("node.session.auth.chap_algs", "SHA3-256,SHA256,SHA1,MD5");
    add("node.session.auth.username", login.user);
    add("node.session.auth.password", base::asText(login.secret.reveal()));
  }
  if (!login.targetUser.empty()) {
    add("node.session.auth.username_in", login.targetUser);
    add("node.session.auth.password_in", base::asText(login.targetSecret.reveal()));
  }
  text += "# END RECORD\n";
  return text;
}

base::Status putLogin(const fs::path& path, const KernelLogin& login) {
  std::ifstream file(path);
  std::stringstream read;
  read << file.rdbuf();
  if (!file) return base::fail("iscsiadm has made no record " + path.string());
  std::string text = recordWith(read.str(), login);
  auto replaced = replaceRecord(path, text);
  base::wipeText(text);
  return replaced;
}

}  // namespace attach
