#include "agent/app/enrolment_file.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "shared/base/json_reader.h"
#include "shared/base/secret_json.h"
#include "shared/files/atomic_file.h"
#include "shared/mgmt/aead.h"
#include "shared/mgmt/member_reader.h"
#include "shared/net/os_error.h"

namespace agent {
namespace {

using base::Json;

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kHead = 1 + 8;

std::string pemOf(const std::vector<mgmt::Certificate>& certificates) {
  std::string text;
  for (const mgmt::Certificate& one : certificates) text += one.pem();
  return text;
}

const std::string* textMember(const Json& json, std::string_view name) {
  const Json* member = json.find(name);
  return member == nullptr ? nullptr : member->text();
}

base::Result<Enrolment> enrolmentOf(const Json& json) {
  const std::string* key = textMember(json, "key");
  const std::string* chain = textMember(json, "certificate");
  const std::string* roots = textMember(json, "ca");
  const std::string* server = textMember(json, "server");
  const Json* since = json.find("since");
  const Json* servers = json.find("servers");
  if (key == nullptr || chain == nullptr || roots == nullptr || server == nullptr || since == nullptr ||
      since->number() == nullptr || servers == nullptr || servers->array() == nullptr || servers->array()->empty()) {
    return base::fail("something is missing in it");
  }
  auto pem = base::Secret::from(*key);
  if (!pem) return base::fail("its key cannot be read");
  auto own = mgmt::PrivateKey::fromPem(*pem);
  if (!own) return base::fail(own.error());
  auto shown = mgmt::chainFromPem(*chain);
  if (!shown) return base::fail(shown.error());
  auto believed = mgmt::chainFromPem(*roots);
  if (!believed) return base::fail(believed.error());
  if (shown->empty() || believed->empty()) return base::fail("it holds no certificates");
  auto identity = mgmt::identityOf(shown->front());
  if (!identity) return base::fail(identity.error());
  Enrolment enrolment;
  enrolment.link = std::make_shared<management::LinkIdentity>(
      management::LinkIdentity{std::move(*own), std::move(*shown), std::move(*believed)});
  enrolment.identity = std::move(*identity);
  enrolment.server = *server;
  enrolment.since = static_cast<std::int64_t>(*since->number());
  for (const Json& one : *servers->array()) {
    if (one.text() == nullptr) return base::fail("a server in it is no text");
    enrolment.servers.push_back(*one.text());
  }
  return enrolment;
}

}  // namespace

base::Result<std::optional<Enrolment>> ManagementFolder::load() const {
  auto kept = files::readFile(enrolmentPath(), kMaxEnrolment);
  if (!kept) return base::fail(kept.error());
  if (!*kept) return std::optional<Enrolment>();
  auto json = base::parseJson(base::asText(**kept));
  base::wipe(**kept);
  if (!json) return base::fail(enrolmentPath() + ": " + json.error().text);
  auto enrolment = enrolmentOf(*json);
  base::wipeTexts(*json);
  if (!enrolment) return base::fail(enrolmentPath() + ": " + enrolment.error().text);
  return std::optional(std::move(*enrolment));
}

base::Status ManagementFolder::save(const Enrolment& enrolment, const base::RandomSource& random) const {
  constexpr mode_t kMode = 0700;
  if (::mkdir(path_.c_str(), kMode) != 0 && errno != EEXIST) {
    return base::fail("cannot make the folder " + path_ + ": " + net::osErrorText(errno));
  }
  auto pem = enrolment.link->key.toPem();
  if (!pem) return base::fail(pem.error());
  base::SecretJson secrets(random);
  Json::Array servers(enrolment.servers.begin(), enrolment.servers.end());
  const Json json = Json::Object{{"server", enrolment.server},
                                 {"servers", std::move(servers)},
                                 {"since", static_cast<std::uint64_t>(enrolment.since)},
                                 {"certificate", pemOf(enrolment.link->chain)},
                                 {"ca", pemOf(enrolment.link->roots)},
                                 {"key", secrets.mark(std::move(*pem))}};
  std::string text = secrets.text(json);
  auto written = files::replaceFile(enrolmentPath(), base::asBytes(text));
  base::wipeText(text);
  return written;
}

base::Status ManagementFolder::begin(const Enrolment& enrolment, const base::RandomSource& random) const {
  if (auto removed = removeAll(); !removed) return removed;
  return save(enrolment, random);
}

base::Result<base::Secret> ManagementFolder::newSealKey(const base::RandomSource& random) const {
  base::Bytes bytes(mgmt::kSealKeySize);
  if (!random(bytes)) return base::fail("the system gives no random bytes");
  const auto written = files::replaceFile(keyPath(), bytes, 0400);
  auto key = base::Secret::from(base::ByteView(bytes));
  base::wipe(bytes);
  if (!written) return base::fail(written.error());
  return std::move(*key);
}

base::Result<base::Secret> ManagementFolder::sealKey() const {
  auto kept = files::readFile(keyPath(), mgmt::kSealKeySize);
  if (!kept) return base::fail(kept.error());
  if (!*kept || (*kept)->size() != mgmt::kSealKeySize) return base::fail(keyPath() + " is not there, or is damaged");
  auto key = base::Secret::from(base::ByteView(**kept));
  base::wipe(**kept);
  return std::move(*key);
}

base::Result<std::optional<KeptState>> ManagementFolder::loadState(std::pmr::memory_resource* memory) const {
  const auto kept =
      files::readFile(statePath(), management::DesiredBounds::kText + kHead + mgmt::kNonceSize + mgmt::kTagSize);
  if (!kept) return base::fail(kept.error());
  if (!*kept) return std::optional<KeptState>();
  const base::ByteView sealed(**kept);
  constexpr std::size_t kLeast = kHead + mgmt::kNonceSize + mgmt::kTagSize;
  if (sealed.size() < kLeast || sealed[0] != kVersion) return base::fail(statePath() + " is no sealed state");
  const auto key = sealKey();
  if (!key) return base::fail(key.error());
  std::string text(sealed.size() - kLeast, '\0');
  const bool opened = mgmt::gcmOpen(key->reveal(), sealed.subspan(kHead, mgmt::kNonceSize), sealed.first(kHead),
                                    sealed.subspan(kHead + mgmt::kNonceSize),
                                    {reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  if (!opened) return base::fail(statePath() + " does not open with " + keyPath() + ": one of them was changed");
  auto answer = management::readDesiredText(text, memory);
  base::wipeText(text);
  if (!answer) return base::fail(statePath() + ": " + answer.error().text);
  if (!answer->state) return base::fail(statePath() + " holds no state");
  return std::optional(
      KeptState{std::move(*answer->state), static_cast<std::int64_t>(base::loadU64(sealed.data() + 1))});
}

base::Status ManagementFolder::saveState(std::string_view text, std::int64_t appliedAt,
                                         const base::RandomSource& random) const {
  // What another key has sealed is replaced here, so one that is lost is missed by nothing.
  auto key = sealKey();
  if (!key) key = newSealKey(random);
  if (!key) return base::fail(key.error());
  base::Bytes sealed(kHead + mgmt::kNonceSize);
  sealed[0] = kVersion;
  base::storeU64(sealed.data() + 1, static_cast<std::uint64_t>(appliedAt));
  if (!random(std::span(sealed).subspan(kHead))) return base::fail("the system gives no random bytes");
  const base::Bytes head = sealed;
  const base::ByteView view(head);
  auto status = mgmt::gcmSeal(key->reveal(), view.subspan(kHead), view.first(kHead), base::asBytes(text), sealed);
  return status ? files::replaceFile(statePath(), sealed) : status;
}

base::Result<BreakGlass> ManagementFolder::loadGlass() const {
  const auto kept = files::readFile(glassPath(), kMaxGlassFile);
  if (!kept) return base::fail(kept.error());
  if (!*kept) return BreakGlass();
  auto glass = readGlass(base::asText(**kept));
  if (!glass) return base::fail(glassPath() + ": " + glass.error().text);
  return glass;
}

base::Status ManagementFolder::saveGlass(const BreakGlass& glass) const {
  const std::string text = glassText(glass);
  return files::replaceFile(glassPath(), base::asBytes(text));
}

base::Result<std::optional<std::int64_t>> ManagementFolder::loadLastWord() const {
  constexpr std::size_t kMost = 256;  // bytes
  const auto kept = files::readFile(lastWordPath(), kMost);
  if (!kept) return base::fail(kept.error());
  if (!*kept) return std::optional<std::int64_t>();
  const auto json = base::parseJson(base::asText(**kept));
  if (!json) return base::fail(lastWordPath() + ": " + json.error().text);
  mgmt::MemberFault fault;
  const mgmt::MemberReader in(*json, "", fault, {"heard"});
  constexpr std::uint64_t kLatest = 253'402'300'799;  // the end of the year 9999
  const std::uint64_t heard = in.number("heard", kLatest);
  if (fault) return base::fail(lastWordPath() + ": " + fault->pointer + " " + fault->text);
  return std::optional(static_cast<std::int64_t>(heard));
}

base::Status ManagementFolder::saveLastWord(std::int64_t at) const {
  std::string text;
  Json(Json::Object{{"heard", static_cast<std::uint64_t>(std::max<std::int64_t>(at, 0))}}).writeCompact(text);
  return files::replaceFile(lastWordPath(), base::asBytes(text));
}

base::Status ManagementFolder::removeAll() const {
  // The certificate first: what is left of a folder after a crash is of no use without it.
  for (const std::string& path : {enrolmentPath(), glassPath(), lastWordPath(), statePath(), keyPath()}) {
    if (auto removed = files::removeFile(path); !removed) return removed;
  }
  return {};
}

}  // namespace agent
