#include "agent/app/disk_setting.h"

#include <algorithm>

#include "agent/app/config_table.h"
#include "agent/block/remote_lun_paths.h"
#include "agent/scsi/lun.h"
#include "shared/names/iscsi_name.h"
#include "shared/names/ports.h"
#include "shared/net/address.h"

namespace agent {
namespace {

using control::Code;
using control::Refusal;

base::Failure<Refusal> refuse(std::string text) { return control::refuse(Code::Invalid, std::move(text)); }

base::Result<std::vector<std::string>, Refusal> readPortals(const std::vector<std::string>& texts) {
  std::vector<std::string> portals;
  for (const std::string& text : texts) {
    const auto address = net::Address::parse(text, names::kIscsiPort);
    if (!address) return refuse("portals: \"" + text + "\": " + address.error().text);
    if (std::ranges::find(portals, address->text()) == portals.end()) portals.push_back(address->text());
  }
  if (portals.empty()) return refuse("portals: there must be one");
  if (portals.size() > block::RemoteLunPaths::kMaxPaths) {
    return refuse("portals: there are at most " + std::to_string(block::RemoteLunPaths::kMaxPaths));
  }
  return portals;
}

base::Result<std::shared_ptr<const initiator::LoginCredentials>, Refusal> readCredentials(
    const control::Arguments& arguments, std::pmr::memory_resource& memory) {
  std::shared_ptr<const initiator::LoginCredentials> none;
  if (arguments.has("user") != arguments.has("secret")) return refuse("user and secret go together");
  if (arguments.has("target_user") != arguments.has("target_secret")) {
    return refuse("target_user and target_secret go together");
  }
  if (!arguments.has("user")) {
    if (arguments.has("target_user"))
      return refuse("a target proves itself only to who proves himself: user is missing");
    return none;
  }
  auto secret = arguments.secret("secret");
  auto targetSecret = arguments.secret("target_secret");
  if (!secret || !targetSecret) return refuse("a secret is longer than 255 bytes");
  if (secret->empty() || (arguments.has("target_secret") && targetSecret->empty())) return refuse("a secret is empty");
  auto made = std::allocate_shared<initiator::LoginCredentials>(std::pmr::polymorphic_allocator<>(&memory));
  made->user = arguments.text("user");
  made->secret = std::move(*secret);
  made->targetUser = arguments.text("target_user");
  made->targetSecret = std::move(*targetSecret);
  if (made->user.empty() || (arguments.has("target_user") && made->targetUser.empty()))
    return refuse("a name is empty");
  return std::shared_ptr<const initiator::LoginCredentials>(std::move(made));
}

base::Result<DiskSetting, Refusal> read(const control::Arguments& arguments, const std::string& initiator,
                                        std::pmr::memory_resource& memory) {
  DiskSetting setting;
  std::string scratch;
  const std::string target = arguments.text("target");
  const auto name = names::normaliseIscsiName(target, scratch);
  if (!name) return refuse("target: " + name.error().text);
  const std::uint64_t lun = arguments.number("lun").value_or(0);
  if (lun > UINT32_MAX || !scsi::Lun::of(static_cast<std::uint32_t>(lun))) {
    return refuse("lun: there is none with the number " + std::to_string(lun));
  }
  auto portals = readPortals(arguments.texts("portals"));
  if (!portals) return base::fail(portals.error());
  setting.portals = std::move(*portals);
  if (arguments.has("policy")) {
    const std::string policy = arguments.text("policy");
    const auto at = std::ranges::find(block::kPathPolicyWords, policy);
    if (at == std::end(block::kPathPolicyWords)) return refuse("policy: it is round-robin or lowest-latency");
    setting.policy = static_cast<block::PathPolicy>(at - std::begin(block::kPathPolicyWords));
  }
  auto credentials = readCredentials(arguments, memory);
  if (!credentials) return base::fail(credentials.error());
  block::RemoteLunParameters& parameters = setting.parameters;
  parameters.initiatorName = initiator;
  parameters.url.target = std::string(*name);
  parameters.url.lun = static_cast<std::uint32_t>(lun);
  parameters.url.portal = setting.portals.front();
  parameters.login = std::move(*credentials);
  parameters.designator = arguments.text("unit");
  parameters.readOnly = arguments.flag("read_only");
  parameters.times.ping = block::RemoteLunTimes::kPingAmongOthers;
  return setting;
}

}  // namespace

std::string DiskSetting::name() const { return parameters.url.target + "/" + std::to_string(*parameters.url.lun); }

base::Result<DiskSetting, Refusal> readDiskSetting(control::Arguments& arguments, const std::string& initiator,
                                                   std::pmr::memory_resource& memory) {
  auto setting = read(arguments, initiator, memory);
  arguments.wipe();
  return setting;
}

std::optional<std::string> whyNotBecome(const DiskSetting& now, const DiskSetting& next) {
  if (now.name() != next.name()) return "it is " + now.name() + "; another disk is another process";
  const std::string& wanted = now.parameters.designator;
  if (!wanted.empty() && !next.parameters.designator.empty() && wanted != next.parameters.designator) {
    return "it is the unit " + wanted + "; another disk is another process";
  }
  return std::nullopt;
}

}  // namespace agent
