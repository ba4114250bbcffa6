#include "agent/registrar/dhcp_servers.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <system_error>
#include <unordered_set>

#include "shared/base/hex.h"
#include "shared/base/trimmed.h"
#include "shared/base/whole_number.h"

namespace registrar {
namespace {

constexpr std::size_t kServersAt = 10;  // behind functions, access, flags and security
// Administrative flags, bits numbered from the left (RFC 4174 2.3).
constexpr std::uint16_t kFlagsEnabled = 0x0001;
constexpr std::uint16_t kHeartbeat = 0x0002;

std::string_view trimmed(std::string_view text) { return base::trimmed(text, " \t\r\n"); }

// "0:1f:a", or a text in quotes with octal escapes, as dhclient writes bytes.
std::optional<base::Bytes> bytesOfDhclient(std::string_view text) {
  base::Bytes bytes;
  if (text.starts_with('"')) {
    if (text.size() < 2 || !text.ends_with('"')) return std::nullopt;
    text = text.substr(1, text.size() - 2);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '\\') {
        bytes.push_back(static_cast<std::uint8_t>(text[i]));
        continue;
      }
      unsigned value = 0;
      const char* const begin = text.data() + i + 1;
      const auto [end, error] = std::from_chars(begin, begin + std::min<std::size_t>(3, text.size() - i - 1), value, 8);
      if (error == std::errc() && value < 256) {
        bytes.push_back(static_cast<std::uint8_t>(value));
        i += static_cast<std::size_t>(end - begin);
      } else if (i + 1 < text.size()) {
        bytes.push_back(static_cast<std::uint8_t>(text[++i]));
      }
    }
    return bytes;
  }
  while (!text.empty()) {
    const std::size_t colon = std::min(text.find(':'), text.size());
    const auto byte = base::wholeNumber<std::uint8_t>(text.substr(0, colon), 16);
    if (!byte) return std::nullopt;
    bytes.push_back(*byte);
    text.remove_prefix(std::min(colon + 1, text.size()));
  }
  return bytes;
}

// "expire 4 2026/11/27 10:00:00" in UTC, "never", or "epoch 1764237600".
bool expired(std::string_view words, base::WallTime now) {
  words = trimmed(words);
  if (words == "never") return false;
  if (words.starts_with("epoch")) {
    words = trimmed(words.substr(5));
    return base::wholeNumber<std::int64_t>(words).value_or(0) <= base::unixSeconds(now);
  }
  const std::size_t blank = std::min(words.find(' '), words.size());  // the day of the week
  std::tm time{};
  const std::string date(trimmed(words.substr(blank)));
  if (::strptime(date.c_str(), "%Y/%m/%d %H:%M:%S", &time) == nullptr) return false;  // a lease of unknown end holds
  return ::timegm(&time) <= base::unixSeconds(now);
}

bool namesOption83(std::string_view name) { return name.ends_with("isns") || name.ends_with("83"); }

struct Lease {
  std::string interface;
  std::optional<base::Bytes> option;
  bool expired = false;
};

void take(Lease& lease, std::string_view statement, base::WallTime now) {
  statement = trimmed(statement);
  const std::size_t blank = std::min(statement.find(' '), statement.size());
  const std::string_view word = statement.substr(0, blank);
  std::string_view rest = trimmed(statement.substr(blank));
  if (word == "interface") lease.interface = rest;
  if (word == "expire") lease.expired = expired(rest, now);
  if (word != "option") return;
  const std::size_t end = std::min(rest.find(' '), rest.size());
  if (namesOption83(rest.substr(0, end))) lease.option = bytesOfDhclient(trimmed(rest.substr(end)));
}

// The end of a statement: a semicolon outside of quotes.
std::size_t statementEnd(std::string_view text) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"' && (i == 0 || text[i - 1] != '\\')) quoted = !quoted;
    if (text[i] == ';' && !quoted) return i;
  }
  return std::string_view::npos;
}

// What is not there is no trouble: each way to get an address has folders of its own.
void noteUnread(const std::string& path, std::error_code failed, std::string& unread) {
  if (failed && failed != std::errc::no_such_file_or_directory && unread.empty())
    unread = path + ": " + failed.message();
}

std::vector<std::string> filesIn(const std::vector<std::string>& folders, std::string& unread) {
  std::vector<std::string> files;
  for (const std::string& folder : folders) {
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
      std::error_code gone;
      if (files.size() < kMaxFiles && entry.is_regular_file(gone)) files.push_back(entry.path().string());
    }
    noteUnread(folder, failed, unread);
  }
  std::ranges::sort(files);
  return files;
}

std::string contentOf(const std::string& path, std::string& unread) {
  std::ifstream file(path, std::ios::binary);
  if (!file) noteUnread(path, {errno, std::generic_category()}, unread);
  std::string text(kMaxFile, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  return text;
}

}  // namespace

std::optional<IsnsOption> readIsnsOption(base::ByteView option) {
  if (option.size() < kServersAt + 4 || option.size() % 4 != kServersAt % 4) return std::nullopt;
  const auto flags = static_cast<std::uint16_t>(option[4] << 8 | option[5]);
  IsnsOption read;
  for (std::size_t at = kServersAt; at < option.size(); at += 4) {
    read.servers.push_back(net::Address::v4(option[at], option[at + 1], option[at + 2], option[at + 3], 0));
  }
  if ((flags & kFlagsEnabled) != 0 && (flags & kHeartbeat) != 0) {
    read.heartbeat = read.servers.front();
    read.servers.erase(read.servers.begin());
  }
  std::erase_if(read.servers, [](const net::Address& one) { return one.isAny() || one.isMulticast(); });
  if (read.servers.empty()) return std::nullopt;
  return read;
}

std::vector<base::Bytes> readDhclientLeases(std::string_view text, base::WallTime now) {
  std::map<std::string, Lease> newest;  // by interface: later leases stand behind
  for (std::size_t at = text.find("lease {"); at != std::string_view::npos; at = text.find("lease {")) {
    text.remove_prefix(at + 7);
    Lease lease;
    while (!trimmed(text).starts_with('}')) {
      const std::size_t end = statementEnd(text);
      if (end == std::string_view::npos) return {};  // cut off while it was written
      take(lease, text.substr(0, end), now);
      text.remove_prefix(end + 1);
    }
    newest[lease.interface] = std::move(lease);
  }
  std::vector<base::Bytes> options;
  for (auto& [interface, lease] : newest) {
    if (lease.option && !lease.expired) options.push_back(std::move(*lease.option));
  }
  return options;
}

std::optional<base::Bytes> readKeyedLease(std::string_view text) {
  constexpr std::string_view kKey = "OPTION_83=";
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    if (line.starts_with(kKey)) return base::readHex(line.substr(kKey.size()));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return std::nullopt;
}

Leased leasedServers(const LeaseFolders& folders, std::uint16_t port, base::WallTime now) {
  Leased leased;
  std::vector<base::Bytes> options;
  for (const std::string& path : filesIn(folders.dhclient, leased.unread)) {
    for (base::Bytes& one : readDhclientLeases(contentOf(path, leased.unread), now)) options.push_back(std::move(one));
  }
  for (const std::string& path : filesIn(folders.keyed, leased.unread)) {
    if (auto one = readKeyedLease(contentOf(path, leased.unread))) options.push_back(std::move(*one));
  }
  std::unordered_set<net::Address> named;
  // Each once; false where there is no room for it.
  const auto add = [&](std::vector<net::Address>& list, const net::Address& one) {
    if (!named.insert(one).second) return true;
    if (list.size() == kMaxServers) return false;
    list.push_back(one);
    return true;
  };
  for (const base::Bytes& option : options) {
    const auto read = readIsnsOption(option);
    if (!read) continue;
    for (const net::Address& one : read->servers) {
      if (!add(leased.servers, one.withPort(port))) ++leased.leftOut;
    }
    if (read->heartbeat && read->heartbeat->isMulticast()) (void)add(leased.groups, *read->heartbeat);
  }
  return leased;
}

}  // namespace registrar
